#include "services/domain/permit_plates.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/domain/permit_errors.h"

namespace stadspoort::domain {
namespace {

auto Find(std::vector<ListedPlate>& plates, const PlateId& plate) {
  return std::find_if(plates.begin(), plates.end(),
                      [&](const ListedPlate& one) { return one.plate == plate; });
}

bool Has(const std::vector<ListedPlate>& plates, const PlateId& plate) {
  return std::any_of(plates.begin(), plates.end(),
                     [&](const ListedPlate& one) { return one.plate == plate; });
}

int ActiveOf(const std::vector<ListedPlate>& plates) {
  return static_cast<int>(std::count_if(plates.begin(), plates.end(),
                                        [](const ListedPlate& one) { return one.active; }));
}

}  // namespace

const PlateList* PlateBook::At(absl::Time t) const {
  const auto after = std::find_if(lists_.begin(), lists_.end(),
                                  [&](const PlateList& list) { return list.from > t; });
  return after == lists_.begin() ? nullptr : &*(after - 1);
}

std::vector<PlateSegment> PlateBook::SegmentsUntil(absl::Time end) const {
  std::vector<PlateSegment> segments;
  for (size_t i = 0; i < lists_.size(); ++i) {
    const Interval during = {lists_[i].from,
                             std::min(end, i + 1 < lists_.size() ? lists_[i + 1].from : end)};
    if (during.Empty()) break;
    for (const ListedPlate& listed : lists_[i].plates) {
      const auto before =
          std::find_if(segments.begin(), segments.end(), [&](const PlateSegment& segment) {
            return segment.plate == listed.plate && segment.country == listed.country &&
                   segment.active == listed.active && segment.during.end == during.start;
          });
      if (before == segments.end()) {
        segments.push_back({listed.plate, listed.country, listed.active, during});
      } else {
        before->during.end = during.end;
      }
    }
  }
  return segments;
}

absl::Status PlateBook::MayChange(const When& when) const {
  if (when.at < when.recorded) return PlateChangeInThePast();
  if (lists_.back().from > when.at) return PlateChangePlanned(lists_.back().from);
  return absl::OkStatus();
}

absl::Status PlateBook::MaySwap(const PlateLimits& limits, const When& when) const {
  const absl::CivilDay day = absl::ToCivilDay(when.at, when.zone);
  const auto made = std::count_if(lists_.begin(), lists_.end(), [&](const PlateList& list) {
    return list.made_by == PlateChange::kSwap && absl::ToCivilDay(list.from, when.zone) == day;
  });
  return made < limits.swaps_a_day_max ? absl::OkStatus() : TooManySwaps(limits.swaps_a_day_max);
}

void PlateBook::Put(PlateList list) {
  // A change at the moment of the last one takes its place, and is counted with it.
  if (lists_.back().from == list.from) {
    if (lists_.back().made_by == PlateChange::kSwap) list.made_by = PlateChange::kSwap;
    lists_.pop_back();
  }
  lists_.push_back(std::move(list));
}

absl::Status PlateBook::Add(const ListedPlate& plate, const PlateLimits& limits, const When& when) {
  if (absl::Status may = MayChange(when); !may.ok()) return may;
  PlateList list = {when.at, lists_.back().plates};
  if (Has(list.plates, plate.plate)) return PlateOnPermit();
  if (static_cast<int>(list.plates.size()) >= limits.plates_max) {
    return TooManyPlates(limits.plates_max);
  }
  list.plates.push_back(plate);
  list.plates.back().active = ActiveOf(lists_.back().plates) < limits.active_max;
  Put(std::move(list));
  return absl::OkStatus();
}

absl::Status PlateBook::Remove(const PlateId& plate, const When& when) {
  if (absl::Status may = MayChange(when); !may.ok()) return may;
  PlateList list = {when.at, lists_.back().plates};
  const auto it = Find(list.plates, plate);
  if (it == list.plates.end()) return PlateNotOnPermit();
  if (list.plates.size() == 1) return LastPlate();
  list.plates.erase(it);
  Put(std::move(list));
  return absl::OkStatus();
}

absl::Status PlateBook::Swap(const PlateId& out, const ListedPlate& in, const PlateLimits& limits,
                             const When& when) {
  if (absl::Status may = MayChange(when); !may.ok()) return may;
  PlateList list = {when.at, lists_.back().plates, PlateChange::kSwap};
  const auto it = Find(list.plates, out);
  if (it == list.plates.end()) return PlateNotOnPermit();
  if (Has(list.plates, in.plate)) return PlateOnPermit();
  if (absl::Status may = MaySwap(limits, when); !may.ok()) return may;
  *it = {in.plate, in.country, it->active};
  Put(std::move(list));
  return absl::OkStatus();
}

absl::Status PlateBook::Activate(const PlateId& plate, const std::optional<PlateId>& instead_of,
                                 const PlateLimits& limits, const When& when) {
  if (absl::Status may = MayChange(when); !may.ok()) return may;
  PlateList list = {when.at, lists_.back().plates, PlateChange::kSwap};
  const auto it = Find(list.plates, plate);
  if (it == list.plates.end()) return PlateNotOnPermit();
  if (instead_of) {
    const auto other = Find(list.plates, *instead_of);
    if (other == list.plates.end()) return PlateNotOnPermit();
    other->active = false;
  }
  it->active = true;
  if (ActiveOf(list.plates) > limits.active_max) return TooManyActivePlates(limits.active_max);
  if (list.plates == lists_.back().plates) return absl::OkStatus();  // it is so already
  if (absl::Status may = MaySwap(limits, when); !may.ok()) return may;
  Put(std::move(list));
  return absl::OkStatus();
}

absl::Status PlateBook::StandIn(const PlateId& out, const ListedPlate& in, absl::Time until,
                                const PlateLimits& limits, const When& when) {
  if (absl::Status may = MayChange(when); !may.ok()) return may;
  if (until <= when.at || until - when.at > limits.temporary_max) {
    return TemporaryTooLong(limits.temporary_max);
  }
  PlateBook changed = *this;
  if (absl::Status may = changed.Swap(out, in, limits, when); !may.ok()) return may;
  changed.Put({until, lists_.back().plates, PlateChange::kReturn});
  *this = std::move(changed);
  return absl::OkStatus();
}

absl::Status PlateBook::CallBack(const When& when) {
  if (when.at < when.recorded) return PlateChangeInThePast();
  const auto planned = std::find_if(lists_.begin(), lists_.end(),
                                    [&](const PlateList& list) { return list.from > when.at; });
  if (planned == lists_.end()) return PlateChangeNotPlanned();
  // A return that comes first is that of a stand-in under way.
  PlateList next = std::move(*planned);
  lists_.erase(planned, lists_.end());
  if (next.made_by != PlateChange::kReturn) return absl::OkStatus();
  next.from = when.at;
  Put(std::move(next));
  return absl::OkStatus();
}

void PlateBook::ForgetBefore(absl::Time t) {
  while (lists_.size() > 1 && lists_[1].from <= t) lists_.erase(lists_.begin());
}

}  // namespace stadspoort::domain
