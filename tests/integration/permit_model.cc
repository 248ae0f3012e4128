#include "tests/integration/permit_model.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"

namespace stadspoort::testing {
namespace {

const std::set<std::string> kOver = {"REFUSED", "OFFER_LAPSED", "PAYMENT_LAPSED",
                                     "EXPIRED", "REVOKED",      "WITHDRAWN"};

absl::Time Midnight(absl::CivilDay day) { return absl::FromCivil(day, Brussels()); }

auto Find(ModelPermit::Plates& plates, const std::string& number) {
  return std::find_if(plates.begin(), plates.end(),
                      [&](const ModelPermit::Plate& plate) { return plate.number == number; });
}

bool Has(const ModelPermit::Plates& plates, const std::string& number) {
  return std::any_of(plates.begin(), plates.end(),
                     [&](const ModelPermit::Plate& plate) { return plate.number == number; });
}

long ActiveOf(const ModelPermit::Plates& plates) {
  return std::count_if(plates.begin(), plates.end(),
                       [](const ModelPermit::Plate& plate) { return plate.active; });
}

}  // namespace

absl::TimeZone Brussels() {
  absl::TimeZone zone;
  absl::LoadTimeZone("Europe/Brussels", &zone);
  return zone;
}

// The same day so many months on; where there is none, the first of the month after it.
absl::CivilDay ModelEnd(absl::CivilDay first_day, int months) {
  const absl::CivilMonth month = absl::CivilMonth(first_day) + months;
  const absl::CivilDay day(month.year(), month.month(), first_day.day());
  return absl::CivilMonth(day) == month ? day : absl::CivilDay(month + 1);
}

void ModelPermit::Tell(const std::string& kind) {
  events_.push_back(absl::StrCat(kind, " ", state_));
}

bool ModelPermit::over() const { return kOver.contains(state_); }

bool ModelPermit::holds_place() const {
  return !over() && state_ != "EVIDENCE_NEEDED" && state_ != "IN_REVIEW" && state_ != "WAITLISTED";
}

std::optional<int64_t> ModelPermit::due() const {
  if (state_ == "AWAITING_PAYMENT" || (renewing_ && !over())) return type_.price_cents;
  return std::nullopt;
}

void ModelPermit::Activate(absl::Time now) {
  state_ = "ACTIVE";
  answer_by_.reset();
  start_ = now;
  first_day_ = absl::ToCivilDay(now, Brussels());
  paid_ = {first_day_};
  months_ = type_.months;
  rights_end_ = Midnight(ModelEnd(first_day_, months_));
}

void ModelPermit::Grant(absl::Time now) {
  answer_by_.reset();
  if (type_.price_cents == 0) return Activate(now);
  state_ = "AWAITING_PAYMENT";
  answer_by_ = now + type_.payment_term;
}

std::string ModelPermit::Apply(const ModelType& type, absl::Time now, const std::string& area,
                               const std::vector<std::string>& plates, bool full) {
  type_ = type;
  told_ = now;
  area_ = area;
  areas_[now] = area;
  List list;
  for (const std::string& plate : plates) list.plates.push_back({plate, list.plates.empty()});
  lists_[now] = list;
  if (static_cast<int>(plates.size()) > type.plates_max) return "TOO_MANY_PLATES";
  if (type.reviewed) {
    state_ = "EVIDENCE_NEEDED";
  } else if (full) {
    state_ = "WAITLISTED";
  } else {
    Grant(now);
  }
  Tell("APPLIED");
  return "";
}

std::string ModelPermit::Give(absl::Time now, const std::string& kind) {
  Advance(now);
  if (state_ != "EVIDENCE_NEEDED") return Illegal();
  if (kind != "lease") return "INVALID_FIELD";
  lease_ = true;
  state_ = "IN_REVIEW";
  Tell("EVIDENCE_GIVEN");
  return "";
}

std::string ModelPermit::AskLease(absl::Time now) {
  Advance(now);
  if (!type_.reviewed) return "INVALID_FIELD";  // the type asks for none
  if (state_ != "IN_REVIEW") return Illegal();
  lease_ = false;
  state_ = "EVIDENCE_NEEDED";
  Tell("EVIDENCE_ASKED");
  return "";
}

std::string ModelPermit::Approve(absl::Time now, bool full) {
  Advance(now);
  if (state_ != "IN_REVIEW") return Illegal();
  if (full) {
    state_ = "WAITLISTED";
  } else {
    Grant(now);
  }
  Tell("APPROVED");
  return "";
}

std::string ModelPermit::Refuse(absl::Time now) {
  Advance(now);
  if (state_ != "IN_REVIEW") return Illegal();
  state_ = "REFUSED";
  Tell("REFUSED");
  return "";
}

std::string ModelPermit::Offer(absl::Time now) {
  Advance(now);
  if (state_ != "WAITLISTED") return Illegal();
  state_ = "OFFERED";
  answer_by_ = now + type_.offer_term;
  Tell("OFFERED");
  return "";
}

std::string ModelPermit::Accept(absl::Time now) {
  Advance(now);
  if (state_ != "OFFERED") return Illegal();
  Grant(now);
  Tell("OFFER_ACCEPTED");
  return "";
}

std::string ModelPermit::Pay(absl::Time now, int64_t cents) {
  Advance(now);
  if (renewing_ && !over()) {
    if (cents != type_.price_cents) return "AMOUNT_NOT_DUE";
    renewing_ = false;
    paid_.push_back(ModelEnd(first_day_, months_));
    months_ += type_.months;
    rights_end_ = Midnight(ModelEnd(first_day_, months_));
    if (state_ == "PAYMENT_OVERDUE") state_ = "ACTIVE";
    Tell("PAID");
    return "";
  }
  if (state_ != "AWAITING_PAYMENT") return Illegal();
  if (cents != type_.price_cents) return "AMOUNT_NOT_DUE";
  Activate(now);
  Tell("PAID");
  return "";
}

std::string ModelPermit::Suspend(absl::Time now) {
  Advance(now);
  if (state_ != "ACTIVE") return Illegal();
  state_ = "SUSPENDED";
  suspensions_[now] = absl::InfiniteFuture();
  Tell("SUSPENDED");
  return "";
}

std::string ModelPermit::Resume(absl::Time now) {
  Advance(now);
  if (state_ != "SUSPENDED") return Illegal();
  const bool overdue = renewing_ && now >= Midnight(ModelEnd(first_day_, months_));
  state_ = overdue ? "PAYMENT_OVERDUE" : "ACTIVE";
  suspensions_.rbegin()->second = now;
  Tell("RESUMED");
  return "";
}

std::string ModelPermit::Renew(absl::Time now) {
  Advance(now);
  if (state_ != "ACTIVE") return Illegal();
  const absl::CivilDay end = ModelEnd(first_day_, months_);
  if (renewing_ || absl::ToCivilDay(now, Brussels()) < end - type_.renewal_days) {
    return "OUTSIDE_RENEWAL_WINDOW";
  }
  if (type_.price_cents == 0) {
    paid_.push_back(end);
    months_ += type_.months;
    rights_end_ = Midnight(ModelEnd(first_day_, months_));
  } else {
    renewing_ = true;
    rights_end_ = Midnight(end) + type_.overdue_term;
  }
  Tell("RENEWAL_ASKED");
  return "";
}

std::string ModelPermit::Move(absl::Time now, const std::string& area, bool full) {
  Advance(now);
  if (state_ != "ACTIVE" && state_ != "SUSPENDED" && state_ != "PAYMENT_OVERDUE") return Illegal();
  if (area == area_) return "";
  if (full) return "NO_PLACE_LEFT";
  area_ = area;
  areas_[now] = area;
  Tell("MOVED");
  return "";
}

int64_t ModelPermit::refund(absl::Time now) const {
  const absl::CivilDay end = ModelEnd(first_day_, months_);
  if (!start_ || now >= Midnight(end)) return 0;
  const absl::CivilDay today = absl::ToCivilDay(now, Brussels());
  int64_t refund = 0;
  for (size_t i = 0; i < paid_.size(); ++i) {
    const absl::CivilDay term_end = i + 1 < paid_.size() ? paid_[i + 1] : end;
    const int64_t days = term_end - paid_[i];
    const int64_t left = std::clamp<int64_t>(term_end - (today + 1), 0, days);
    refund += type_.price_cents * left / days;
  }
  return refund;
}

std::string ModelPermit::Withdraw(absl::Time now) {
  Advance(now);
  if (over()) return Illegal();
  state_ = "WITHDRAWN";
  renewing_ = false;
  if (start_) rights_end_ = std::min(rights_end_, now);
  Tell("WITHDRAWN");
  return "";
}

std::string ModelPermit::Revoke(absl::Time now) {
  Advance(now);
  if (state_ != "ACTIVE" && state_ != "SUSPENDED" && state_ != "PAYMENT_OVERDUE") return Illegal();
  state_ = "REVOKED";
  revoked_ = now;
  renewing_ = false;
  Tell("REVOKED");
  return "";
}

std::string ModelPermit::MayChange(absl::Time now, absl::Time at) const {
  if (over()) return Illegal();
  if (at < now) return "INTERVAL_IN_THE_PAST";
  if (lists_.rbegin()->first > at) return "PLATE_CHANGE_PLANNED";
  return "";
}

bool ModelPermit::SwapsUsed(absl::Time at) const {
  const absl::CivilDay day = absl::ToCivilDay(at, Brussels());
  const auto used = std::count_if(lists_.begin(), lists_.end(), [&](const auto& list) {
    return list.second.swap && absl::ToCivilDay(list.first, Brussels()) == day;
  });
  return used >= type_.swaps_a_day;
}

// Two changes of one instant are one.
void ModelPermit::Put(absl::Time at, List list) {
  const auto same = lists_.find(at);
  if (same != lists_.end() && same->second.swap) list.swap = true;
  lists_[at] = std::move(list);
}

std::string ModelPermit::Add(absl::Time now, absl::Time at, const std::string& plate) {
  Advance(now);
  if (std::string may = MayChange(now, at); !may.empty()) return may;
  List list{lists_.rbegin()->second.plates};
  if (Has(list.plates, plate)) return "PLATE_ON_PERMIT";
  if (static_cast<int>(list.plates.size()) >= type_.plates_max) return "TOO_MANY_PLATES";
  list.plates.push_back({plate, ActiveOf(list.plates) == 0});
  Put(at, list);
  Tell("PLATES_CHANGED");
  return "";
}

std::string ModelPermit::Remove(absl::Time now, absl::Time at, const std::string& plate) {
  Advance(now);
  if (std::string may = MayChange(now, at); !may.empty()) return may;
  List list{lists_.rbegin()->second.plates};
  if (!Has(list.plates, plate)) return "PLATE_NOT_ON_PERMIT";
  if (list.plates.size() == 1) return "LAST_PLATE";
  list.plates.erase(Find(list.plates, plate));
  Put(at, list);
  Tell("PLATES_CHANGED");
  return "";
}

std::string ModelPermit::Swap(absl::Time now, absl::Time at, const std::string& out,
                              const std::string& in) {
  Advance(now);
  if (std::string may = MayChange(now, at); !may.empty()) return may;
  List list{lists_.rbegin()->second.plates, true};
  if (!Has(list.plates, out)) return "PLATE_NOT_ON_PERMIT";
  if (Has(list.plates, in)) return "PLATE_ON_PERMIT";
  if (SwapsUsed(at)) return "TOO_MANY_SWAPS";
  Find(list.plates, out)->number = in;
  Put(at, list);
  Tell("PLATES_CHANGED");
  return "";
}

std::string ModelPermit::Activate(absl::Time now, absl::Time at, const std::string& plate,
                                  const std::string& instead_of) {
  Advance(now);
  if (std::string may = MayChange(now, at); !may.empty()) return may;
  List list{lists_.rbegin()->second.plates, true};
  if (!Has(list.plates, plate)) return "PLATE_NOT_ON_PERMIT";
  if (!instead_of.empty()) {
    if (!Has(list.plates, instead_of)) return "PLATE_NOT_ON_PERMIT";
    Find(list.plates, instead_of)->active = false;
  }
  Find(list.plates, plate)->active = true;
  if (ActiveOf(list.plates) > 1) return "TOO_MANY_PLATES";
  if (list.plates == lists_.rbegin()->second.plates) return "";  // it is so already
  if (SwapsUsed(at)) return "TOO_MANY_SWAPS";
  Put(at, list);
  Tell("PLATES_CHANGED");
  return "";
}

std::string ModelPermit::StandIn(absl::Time now, absl::Time at, absl::Time until,
                                 const std::string& out, const std::string& in) {
  Advance(now);
  if (std::string may = MayChange(now, at); !may.empty()) return may;
  if (until <= at || until - at > type_.stand_in_max) return "TEMPORARY_TOO_LONG";
  const Plates before = lists_.rbegin()->second.plates;
  List list{before, true};
  if (!Has(list.plates, out)) return "PLATE_NOT_ON_PERMIT";
  if (Has(list.plates, in)) return "PLATE_ON_PERMIT";
  if (SwapsUsed(at)) return "TOO_MANY_SWAPS";
  Find(list.plates, out)->number = in;
  Put(at, list);
  lists_[until] = {before, false, true};
  Tell("PLATES_CHANGED");
  return "";
}

std::string ModelPermit::CallBack(absl::Time now) {
  Advance(now);
  if (over()) return Illegal();
  if (lists_.rbegin()->first <= now) return "PLATE_CHANGE_NOT_PLANNED";
  const List next = lists_.upper_bound(now)->second;
  lists_.erase(lists_.upper_bound(now), lists_.end());
  if (next.comes_back) Put(now, next);
  Tell("PLATES_CHANGED");
  return "";
}

void ModelPermit::Advance(absl::Time now) {
  while (true) {
    // (when, rank among things of one instant, what)
    std::vector<std::tuple<absl::Time, int, std::string>> due;
    const absl::CivilDay end = ModelEnd(first_day_, months_);
    if (state_ == "OFFERED") due.emplace_back(*answer_by_, 0, "OFFER_LAPSED");
    if (state_ == "AWAITING_PAYMENT") due.emplace_back(*answer_by_, 0, "PAYMENT_LAPSED");
    if (state_ == "ACTIVE" && renewing_) due.emplace_back(Midnight(end), 0, "PAYMENT_OVERDUE");
    if ((state_ == "ACTIVE" && !renewing_) || state_ == "SUSPENDED" ||
        state_ == "PAYMENT_OVERDUE") {
      due.emplace_back(rights_end_, 0, "EXPIRED");
    }
    const auto tell = [&](absl::Time at, int rank, const char* what) {
      if (at > told_) due.emplace_back(at, rank, what);
    };
    if (state_ == "ACTIVE" && !renewing_) {
      tell(Midnight(end - type_.renewal_days), 1, "RENEWAL_OPENS");
    }
    if (state_ == "ACTIVE") tell(Midnight(end - type_.reminder_days), 2, "REMINDER");
    if (answer_by_ && (state_ == "OFFERED" || state_ == "AWAITING_PAYMENT")) {
      const absl::CivilSecond by = absl::ToCivilSecond(*answer_by_, Brussels());
      tell(absl::FromCivil(by - type_.reminder_days * 86'400, Brussels()), 2, "REMINDER");
    }
    if (start_ && !over()) {
      for (const auto& [from, list] : lists_) tell(from, 3, "PLATES_CHANGED_AS_PLANNED");
    }
    if (due.empty()) break;
    const auto [at, rank, what] = *std::min_element(due.begin(), due.end());
    if (at > now) break;
    if (rank == 0) {
      state_ = what;
      answer_by_.reset();
    }
    told_ = std::max(told_, at);
    Tell(what);
  }
  told_ = std::max(told_, now);
}

bool ModelPermit::HoldsAt(absl::Time t) const {
  if (!start_ || t < *start_ || t >= rights_end_ || (revoked_ && t >= *revoked_)) return false;
  return std::none_of(suspensions_.begin(), suspensions_.end(), [&](const auto& suspension) {
    return suspension.first <= t && t < suspension.second;
  });
}

ModelPermit::Plates ModelPermit::At(absl::Time t) const {
  const auto after = lists_.upper_bound(t);
  return after == lists_.begin() ? Plates() : std::prev(after)->second.plates;
}

std::map<std::string, std::string> ModelPermit::CoveredAt(absl::Time t) const {
  std::map<std::string, std::string> covered;
  if (!HoldsAt(t)) return covered;
  for (const Plate& plate : At(t)) {
    if (plate.active) covered[plate.number] = std::prev(areas_.upper_bound(t))->second;
  }
  return covered;
}

std::vector<std::string> ModelPermit::RestingAt(absl::Time t) const {
  std::vector<std::string> resting;
  if (!start_ || t < *start_ || t >= rights_end_) return resting;
  for (const Plate& plate : At(t)) {
    if (!plate.active) resting.push_back(plate.number);
  }
  return resting;
}

}  // namespace stadspoort::testing
