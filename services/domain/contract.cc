#include "services/domain/contract.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "services/domain/refusal.h"

namespace stadspoort::domain {
namespace {

// As many as a person reads; a refusal travels in a header.
constexpr size_t kNamed = 10;

std::string InWords(absl::Time t) {
  return absl::FormatTime(absl::RFC3339_full, t, absl::UTCTimeZone());
}

std::string InWords(const Interval& interval) {
  const std::string from = absl::StrCat("from ", InWords(interval.start));
  return interval.end == absl::InfiniteFuture()
             ? from
             : absl::StrCat(from, " until ", InWords(interval.end));
}

std::string Listed(const std::set<std::string>& words) {
  std::vector<std::string> named(words.begin(), words.end());
  if (named.size() > kNamed) {
    const size_t more = named.size() - kNamed;
    named.resize(kNamed);
    return absl::StrCat(absl::StrJoin(named, ", "), " and ", more, " more");
  }
  return absl::StrJoin(named, ", ");
}

absl::Status NotContracted(const std::vector<FieldViolation>& faults) {
  const FieldViolation& first = faults.front();
  const std::string message =
      faults.size() == 1
          ? absl::StrCat(first.field, ": ", first.description)
          : absl::StrCat(faults.size(), " zones lie outside your contracts for this right type");
  return Refusal(absl::StatusCode::kFailedPrecondition, ErrorReason::kNotContracted, message,
                 faults);
}

// Where the contracts for one right type are good at one moment.
class Ground {
 public:
  Ground(const std::vector<Contract>& contracts, const RightTypeCode& type, absl::Time moment)
      : type_(type), moment_(moment) {
    for (const Contract& contract : contracts) {
      if (contract.Covers(type) && contract.in_force.Contains(moment)) {
        in_force_.push_back(&contract);
      }
    }
  }

  bool empty() const { return in_force_.empty(); }

  // No zone: the whole city.
  bool Holds(const ZoneCode* zone) const {
    return std::any_of(in_force_.begin(), in_force_.end(), [&](const Contract* contract) {
      return zone == nullptr ? contract->CoversCity() : contract->Covers(*zone);
    });
  }

  // "at 2026-... your contracts for paid allow a, b". Only where something is not held: then every
  // contract here names its zones.
  std::string InWords() const {
    if (empty()) {
      return absl::StrCat("you have no contract for ", type_.value(), " at ",
                          domain::InWords(moment_));
    }
    std::set<std::string> zones;
    for (const Contract* contract : in_force_) {
      for (const ZoneCode& zone : contract->zones) zones.insert(zone.value());
    }
    return absl::StrCat("at ", domain::InWords(moment_), " your contracts for ", type_.value(),
                        " allow ", Listed(zones));
  }

 private:
  const RightTypeCode& type_;
  absl::Time moment_;
  std::vector<const Contract*> in_force_;
};

// Why no contract for the type is in force, and what else is.
std::string NoContractInWords(const std::vector<Contract>& contracts, const RightTypeCode& type,
                              absl::Time recorded) {
  std::optional<absl::Time> begins;
  std::optional<absl::Time> ended;
  std::set<std::string> allowed;
  for (const Contract& contract : contracts) {
    if (contract.in_force.Contains(recorded)) {
      for (const RightTypeCode& other : contract.right_types) allowed.insert(other.value());
    } else if (contract.Covers(type) && contract.in_force.start > recorded) {
      begins = std::min(begins.value_or(contract.in_force.start), contract.in_force.start);
    } else if (contract.Covers(type)) {
      ended = std::max(ended.value_or(contract.in_force.end), contract.in_force.end);
    }
  }
  std::string words = absl::StrCat("you have no contract for ", type.value(), " in force");
  if (ended) absl::StrAppend(&words, "; one ended at ", InWords(*ended));
  if (begins) absl::StrAppend(&words, "; one begins at ", InWords(*begins));
  return absl::StrCat(words, allowed.empty()
                                 ? "; nor for any other right type"
                                 : absl::StrCat("; your contracts allow ", Listed(allowed)));
}

std::string TimesInWords(const std::vector<Contract>& contracts, const RightTypeCode& type) {
  std::set<std::string> times;
  for (const Contract& contract : contracts) {
    if (contract.Covers(type)) times.insert(InWords(contract.in_force));
  }
  return absl::StrCat("a right of yours of the type ", type.value(), " may start ", Listed(times));
}

// What is not held at both moments, in words.
std::optional<std::string> Outside(const Ground& now, const Ground& at_start,
                                   const ZoneCode* zone) {
  for (const Ground* ground : {&now, &at_start}) {
    if (ground->Holds(zone)) continue;
    return absl::StrCat(zone == nullptr ? "the whole city" : absl::StrCat("zone ", zone->value()),
                        " lies outside your contracts: ", ground->InWords());
  }
  return std::nullopt;
}

bool Contains(const std::vector<ZoneCode>& zones, const ZoneCode& zone) {
  return std::find(zones.begin(), zones.end(), zone) != zones.end();
}

std::string FieldOf(size_t zone) { return absl::StrCat("zones[", zone, "]"); }

}  // namespace

bool Contract::Covers(const RightTypeCode& type) const {
  return std::binary_search(right_types.begin(), right_types.end(), type);
}

bool Contract::Covers(const ZoneCode& zone) const {
  return zones.empty() || std::binary_search(zones.begin(), zones.end(), zone);
}

absl::Status MayEnrol(const std::vector<Contract>& contracts, const Right& granted,
                      absl::Time recorded) {
  const Ground now(contracts, granted.type, recorded);
  if (now.empty()) {
    return NotContracted({{"right_type", NoContractInWords(contracts, granted.type, recorded)}});
  }
  const Ground at_start(contracts, granted.type, granted.effective.start);
  if (at_start.empty()) {
    return NotContracted({{"requested_start_time", TimesInWords(contracts, granted.type)}});
  }
  std::vector<FieldViolation> faults;
  if (granted.city_wide) {
    if (auto outside = Outside(now, at_start, nullptr)) faults.push_back({"city_wide", *outside});
  }
  for (size_t i = 0; i < granted.zones.size(); ++i) {
    if (auto outside = Outside(now, at_start, &granted.zones[i])) {
      faults.push_back({FieldOf(i), *outside});
    }
  }
  return faults.empty() ? absl::OkStatus() : NotContracted(faults);
}

absl::Status MayAmend(const std::vector<Contract>& contracts, const Right& before,
                      const Right& after, absl::Time recorded) {
  const bool later = after.effective.end > before.effective.end;
  const Ground now(contracts, after.type, recorded);
  const Ground at_start(contracts, after.type, std::max(recorded, after.effective.start));
  std::vector<FieldViolation> faults;
  // One reach of the right: the whole city, or a zone.
  const auto judge = [&](const ZoneCode* zone, bool added, const std::string& field) {
    if (!added && !later) return;
    const auto outside = Outside(now, at_start, zone);
    if (!outside) return;
    FieldViolation fault{
        added ? field : "requested_end_time",
        now.empty() ? NoContractInWords(contracts, after.type, recorded) : *outside};
    if (faults.empty() || faults.back() != fault) faults.push_back(std::move(fault));
  };
  if (after.city_wide) judge(nullptr, !before.city_wide, "city_wide");
  for (size_t i = 0; i < after.zones.size(); ++i) {
    const ZoneCode& zone = after.zones[i];
    judge(&zone, !before.city_wide && !Contains(before.zones, zone), FieldOf(i));
  }
  return faults.empty() ? absl::OkStatus() : NotContracted(faults);
}

}  // namespace stadspoort::domain
