#include "services/domain/zone_difference.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <functional>
#include <map>
#include <type_traits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/domain/area_overlap.h"
#include "services/domain/outline_validation.h"
#include "services/domain/rule_words.h"

namespace stadspoort::domain {
namespace {

using Kind = ZoneDifferenceKind;

constexpr std::array<absl::string_view, kZoneDifferenceKindCount> kKindNames = {"ADDED", "REMOVED",
                                                                                "CHANGED"};

std::vector<RightTypeCode> Sorted(std::vector<RightTypeCode> types) {
  std::sort(types.begin(), types.end());
  return types;
}

std::string Text(const std::string& text) { return text; }

// The shortest digits that lead back to the same number.
std::string Degrees(double degrees) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), degrees).ptr;
  return {digits.data(), end};
}

std::string Windows(const std::vector<WeeklyWindow>& windows) {
  return windows.empty() ? "always" : InWords(windows);
}

std::string Label(const std::optional<SpecialDayLabel>& label) {
  return label ? label->value() : "";
}

std::string Count(int32_t count) { return count == 0 ? "" : absl::StrCat(count); }

// An item of a list, by what names it. `occurrence`: how many of that name stand before it.
template <typename Key>
using Named = std::pair<Key, int>;

template <typename Items, typename KeyOf>
auto NamesOf(const Items& items, KeyOf key_of) {
  using Key = decltype(key_of(items.front()));
  std::map<Key, int> seen;
  std::vector<Named<Key>> names;
  for (const auto& item : items) {
    Key key = key_of(item);
    const int occurrence = seen[key]++;
    names.emplace_back(std::move(key), occurrence);
  }
  return names;
}

class Comparison {
 public:
  explicit Comparison(absl::TimeZone clock) : clock_(clock) {}

  void Identity(const ZoneVersion& before, const ZoneVersion& after) {
    Field("name", before.code, after.code, &ZoneCode::value);
    Field("zone_id", before.id, after.id, &ZoneId::text);
    Field("zone_version", before.version, after.version,
          [](int64_t version) { return absl::StrCat(version); });
    Field("in_force_start_time", before.in_force.start, after.in_force.start,
          [this](absl::Time t) { return t == absl::InfinitePast() ? "" : Instant(t); });
    Field("in_force_end_time", before.in_force.end, after.in_force.end,
          [this](absl::Time t) { return t == absl::InfiniteFuture() ? "" : Instant(t); });
  }

  void Rules(const ZoneVersion& before, const ZoneVersion& after) {
    Field("display_name", before.display_name, after.display_name, Text);
    Field("usage", before.usage, after.usage, [](Usage usage) { return std::string(Name(usage)); });
    Outlines(before, after);
    Regulations(before.regulation, after.regulation);
  }

  std::vector<ZoneDifference> found() && { return std::move(found_); }

 private:
  std::string Instant(absl::Time t) const { return InWords(t, clock_); }

  void Add(std::string field, Kind kind, std::string before, std::string after) {
    found_.push_back({std::move(field), kind, std::move(before), std::move(after)});
  }

  // Of something that may be there or not: empty where it is not.
  void AddWords(const std::string& field, std::string before, std::string after) {
    Kind kind = Kind::kChanged;
    if (before.empty() && !after.empty()) kind = Kind::kAdded;
    if (!before.empty() && after.empty()) kind = Kind::kRemoved;
    Add(field, kind, std::move(before), std::move(after));
  }

  // `words`: of a value; empty where it says nothing.
  template <typename Value, typename Words>
  void Field(const std::string& field, const Value& before, const Value& after, Words words) {
    if (before == after) return;
    AddWords(field, std::invoke(words, before), std::invoke(words, after));
  }
  template <typename Value>
  void Field(const std::string& field, const Value& before, const Value& after) {
    Field(field, before, after, [](const Value& value) { return InWords(value); });
  }
  template <typename Value>
  void Field(const std::string& field, const std::optional<Value>& before,
             const std::optional<Value>& after) {
    Field(field, before, after, [](const std::optional<Value>& value) {
      return value ? InWords(*value) : std::string();
    });
  }

  // Items are matched by key. `label_of`: how a key is written in a path. `words_of`: an item that
  // was added or removed. `compare`: two items that are the same one.
  template <typename Items, typename KeyOf, typename LabelOf, typename WordsOf, typename Compare>
  void List(const std::string& list, const Items& before, const Items& after, KeyOf key_of,
            LabelOf label_of, WordsOf words_of, Compare compare) {
    const auto names_before = NamesOf(before, key_of);
    const auto names_after = NamesOf(after, key_of);
    const auto label = [&](const auto& name) {
      std::string text = std::invoke(label_of, name.first);
      if (name.second > 0) absl::StrAppend(&text, " #", name.second + 1);
      return text;
    };
    const auto path = [&](const auto& name) { return absl::StrCat(list, "[", label(name), "]"); };
    std::map<typename std::remove_const_t<decltype(names_after)>::value_type, size_t> places;
    for (size_t i = 0; i < after.size(); ++i) places.emplace(names_after[i], i);
    std::vector<std::string> order_before;
    std::vector<size_t> order;  // of the items that stand in both lists, their places in `after`
    for (size_t i = 0; i < before.size(); ++i) {
      const auto place = places.find(names_before[i]);
      if (place == places.end()) {
        Add(path(names_before[i]), Kind::kRemoved, words_of(before[i]), "");
        continue;
      }
      compare(path(names_before[i]), before[i], after[place->second]);
      order_before.push_back(label(names_before[i]));
      order.push_back(place->second);
      places.erase(place);
    }
    for (size_t i = 0; i < after.size(); ++i) {
      if (places.contains(names_after[i])) {
        Add(path(names_after[i]), Kind::kAdded, "", words_of(after[i]));
      }
    }
    if (std::is_sorted(order.begin(), order.end())) return;
    std::sort(order.begin(), order.end());
    const std::string order_after = absl::StrJoin(order, "; ", [&](std::string* out, size_t place) {
      absl::StrAppend(out, label(names_after[place]));
    });
    Add(list, Kind::kChanged, absl::StrCat("order: ", absl::StrJoin(order_before, "; ")),
        absl::StrCat("order: ", order_after));
  }

  // Outlines are equal or not; how they differ is shown on a map, and told by how much.
  void Outlines(const ZoneVersion& before, const ZoneVersion& after) {
    if (before.area == after.area) return;
    const GeoArea& was = before.area.area();
    const GeoArea& is = after.area.area();
    const std::string was_words = OutlineWords(was);
    std::string is_words = OutlineWords(is);
    // What is drawn may not be an area yet.
    if (!was.empty() && !is.empty() && Validate(was).empty() && Validate(is).empty()) {
      const double common = OverlapSquareMeters(was, is);
      absl::StrAppend(&is_words, ": ", SquareMetersText(SquareMeters(was) - common), " less and ",
                      SquareMetersText(SquareMeters(is) - common), " more");
    } else if (was_words == is_words) {
      absl::StrAppend(&is_words, ", drawn otherwise");
    }
    AddWords("polygons", was_words, is_words);
  }

  static std::string SquareMetersText(double area) {
    return absl::StrCat(std::llround(std::max(0.0, area)), " m2");
  }
  // "5 vertices, 7810 m2"; empty: nothing is drawn.
  static std::string OutlineWords(const GeoArea& area) {
    if (area.empty()) return "";
    std::string words = absl::StrCat(VertexCount(area), " vertices");
    if (Validate(area).empty()) absl::StrAppend(&words, ", ", SquareMetersText(SquareMeters(area)));
    return words;
  }

  void FareParts(const std::string& list, const std::vector<FarePart>& before,
                 const std::vector<FarePart>& after) {
    for (size_t i = 0; i < std::max(before.size(), after.size()); ++i) {
      const auto part = [i](const std::vector<FarePart>& parts) {
        return i < parts.size() ? std::optional(parts[i]) : std::nullopt;
      };
      Field(absl::StrCat(list, "[", i, "]"), part(before), part(after));
    }
  }

  void Frames(const std::string& path, const TimeFrame& before, const TimeFrame& after) {
    Field(path + ".weekdays", before.weekdays, after.weekdays);
    Field(path + ".special_day", before.special_day, after.special_day, Label);
    Field(path + ".from_local_time", before.hours.from, after.hours.from, &MinuteOfDay::text);
    Field(path + ".to_local_time", before.hours.to, after.hours.to, &MinuteOfDay::text);
    Field(path + ".season", before.season, after.season);
    Field(path + ".accepted_kinds", before.accepted_kinds, after.accepted_kinds);
    Field(path + ".accepted_right_types", before.accepted_types, after.accepted_types);
    Field(path + ".max_stay", before.max_stay, after.max_stay);
    Field(path + ".no_return_gap", before.no_return_gap, after.no_return_gap);
    FareParts(path + ".fare_parts", before.fare_parts, after.fare_parts);
  }

  void Timetables(const std::string& path, const Timetable& before, const Timetable& after) {
    List(
        path + ".frames", before.frames, after.frames,
        [](const TimeFrame& frame) { return frame.code; }, Text,
        [](const TimeFrame& frame) { return InWords(frame); },
        [this](const std::string& item, const TimeFrame& was, const TimeFrame& is) {
          Frames(item, was, is);
        });
    List(
        path + ".special_day_rules", before.special_day_rules, after.special_day_rules,
        [](const SpecialDayRule& rule) { return rule.special_day; }, &SpecialDayLabel::value,
        [](const SpecialDayRule& rule) { return InWords(rule.mode); },
        [this](const std::string& item, const SpecialDayRule& was, const SpecialDayRule& is) {
          Field(item + ".mode", was.mode, is.mode);
        });
  }

  // Closed periods and overlays. `compare`: what they have beside name and period.
  template <typename Period, typename WordsOf, typename Compare>
  void Periods(const std::string& list, const std::vector<Period>& before,
               const std::vector<Period>& after, WordsOf words_of, Compare compare) {
    List(
        list, before, after,
        [](const Period& item) { return std::pair(item.display_name, item.period.start); },
        [this](const std::pair<std::string, absl::Time>& key) {
          return absl::StrCat(key.first, ", ", Instant(key.second));
        },
        words_of,
        [&](const std::string& item, const Period& was, const Period& is) {
          Field(item + ".end_time", was.period.end, is.period.end,
                [this](absl::Time t) { return Instant(t); });
          compare(item, was, is);
        });
  }

  void Extensions(const std::vector<ValidityExtension>& before,
                  const std::vector<ValidityExtension>& after) {
    List(
        "regulation.extensions", before, after,
        [](const ValidityExtension& extension) {
          return std::pair(extension.from_zone, Sorted(extension.right_types));
        },
        [](const std::pair<ZoneCode, std::vector<RightTypeCode>>& key) {
          return absl::StrCat(key.first.value(), key.second.empty() ? "" : ": ",
                              InWords(key.second));
        },
        [](const ValidityExtension& extension) { return Windows(extension.windows); },
        [this](const std::string& item, const ValidityExtension& was, const ValidityExtension& is) {
          Field(item + ".right_types", was.right_types, is.right_types);
          Field(item + ".windows", was.windows, is.windows, Windows);
        });
  }

  void Restrictions(const std::vector<Restriction>& before, const std::vector<Restriction>& after) {
    List(
        "regulation.restrictions", before, after,
        [](const Restriction& restriction) { return Sorted(restriction.right_types); },
        [](const std::vector<RightTypeCode>& types) {
          return types.empty() ? "all types" : InWords(types);
        },
        [](const Restriction& restriction) { return Windows(restriction.windows); },
        [this](const std::string& item, const Restriction& was, const Restriction& is) {
          Field(item + ".right_types", was.right_types, is.right_types);
          Field(item + ".windows", was.windows, is.windows, Windows);
        });
  }

  void SellingPoints(const std::vector<SellingPoint>& before,
                     const std::vector<SellingPoint>& after) {
    List(
        "regulation.selling_points", before, after,
        [](const SellingPoint& point) { return point.id; }, Text,
        [](const SellingPoint& point) {
          return absl::StrCat(Degrees(point.latitude_degrees), ", ",
                              Degrees(point.longitude_degrees));
        },
        [this](const std::string& item, const SellingPoint& was, const SellingPoint& is) {
          Field(item + ".latitude_degrees", was.latitude_degrees, is.latitude_degrees, Degrees);
          Field(item + ".longitude_degrees", was.longitude_degrees, is.longitude_degrees, Degrees);
        });
  }

  void Regulations(const Regulation& before, const Regulation& after) {
    Timetables("regulation", before.timetable, after.timetable);
    Periods(
        "regulation.closed_periods", before.closed_periods, after.closed_periods,
        [this](const ClosedPeriod& closed) { return InWords(closed.period, clock_); },
        [](const std::string&, const ClosedPeriod&, const ClosedPeriod&) {});
    Periods(
        "regulation.overlays", before.overlays, after.overlays,
        [this](const Overlay& overlay) {
          return absl::StrCat(InWords(overlay.period, clock_), ", ",
                              overlay.timetable.frames.size(), " frames");
        },
        [this](const std::string& item, const Overlay& was, const Overlay& is) {
          Timetables(item, was.timetable, is.timetable);
        });
    Field("regulation.grace_before", before.grace_before, after.grace_before);
    Field("regulation.grace_after", before.grace_after, after.grace_after);
    Extensions(before.extensions, after.extensions);
    Restrictions(before.restrictions, after.restrictions);
    SellingPoints(before.selling_points, after.selling_points);
    Field("regulation.capacity_count", before.capacity_count, after.capacity_count, Count);
  }

  const absl::TimeZone clock_;
  std::vector<ZoneDifference> found_;
};

}  // namespace

absl::string_view Name(ZoneDifferenceKind kind) {
  return kKindNames[static_cast<size_t>(kind) - 1];
}

std::vector<ZoneDifference> Differences(const ZoneVersion& before, const ZoneVersion& after,
                                        absl::TimeZone clock) {
  Comparison comparison(clock);
  comparison.Identity(before, after);
  comparison.Rules(before, after);
  return std::move(comparison).found();
}

std::vector<ZoneDifference> RuleDifferences(const ZoneVersion& before, const ZoneVersion& after,
                                            absl::TimeZone clock) {
  Comparison comparison(clock);
  comparison.Rules(before, after);
  return std::move(comparison).found();
}

}  // namespace stadspoort::domain
