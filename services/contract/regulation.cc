#include "services/contract/regulation.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/json_util.h"
#include "services/contract/names.h"
#include "services/contract/regulation_bounds.h"
#include "services/contract/schedule.h"
#include "services/contract/timestamps.h"
#include "services/contract/violations.h"
#include "services/domain/limits.h"
#include "services/domain/refusal.h"

namespace stadspoort::contract {
namespace {

namespace pb = zones::v1;

constexpr absl::Duration kLongestStay = absl::Hours(24 * 366);

std::string At(absl::string_view path, absl::string_view field) {
  return path.empty() ? std::string(field) : absl::StrCat(path, ".", field);
}

std::string At(absl::string_view path, absl::string_view field, int index) {
  return absl::StrCat(At(path, field), "[", index, "]");
}

class Reader {
 public:
  explicit Reader(const domain::CityCode& city) : city_(city) {}

  absl::StatusOr<domain::Regulation> Read(const pb::Regulation& in) {
    BoundLists(in, violations_);
    if (!violations_.empty()) return violations_.status();
    domain::Regulation out;
    out.timetable = Timetable(in.frames(), in.special_day_rules(), "");
    out.grace_before = Grace(in.has_grace_before(), in.grace_before(), "grace_before");
    out.grace_after = Grace(in.has_grace_after(), in.grace_after(), "grace_after");
    out.capacity_count = in.capacity_count();
    for (int i = 0; i < in.closed_periods_size(); ++i) {
      const auto& closed = in.closed_periods(i);
      const std::string path = At("", "closed_periods", i);
      out.closed_periods.push_back({Period(closed, path), closed.display_name()});
    }
    for (int i = 0; i < in.overlays_size(); ++i) {
      const auto& overlay = in.overlays(i);
      const std::string path = At("", "overlays", i);
      out.overlays.push_back({Period(overlay, path), overlay.display_name(),
                              Timetable(overlay.frames(), overlay.special_day_rules(), path)});
    }
    for (int i = 0; i < in.extensions_size(); ++i) ReadExtension(in.extensions(i), i, out);
    for (int i = 0; i < in.restrictions_size(); ++i) {
      const std::string path = At("", "restrictions", i);
      out.restrictions.push_back(
          {RightTypes(in.restrictions(i).right_types(), At(path, "right_types")),
           ReadWindows(in.restrictions(i).windows(), At(path, "windows"), violations_)});
    }
    for (const auto& point : in.selling_points()) {
      out.selling_points.push_back(
          {point.selling_point_id(), point.latitude_degrees(), point.longitude_degrees()});
    }
    if (!violations_.empty()) return violations_.status();
    return out;
  }

 private:
  template <typename Frames, typename Rules>
  domain::Timetable Timetable(const Frames& frames, const Rules& rules, absl::string_view path) {
    domain::Timetable out;
    for (int i = 0; i < frames.size(); ++i) {
      out.frames.push_back(Frame(frames.Get(i), At(path, "frames", i)));
    }
    for (int i = 0; i < rules.size(); ++i) {
      const std::string here = At(path, "special_day_rules", i);
      const int mode = rules.Get(i).mode();
      if (mode != pb::SPECIAL_DAY_MODE_REPLACE && mode != pb::SPECIAL_DAY_MODE_AND) {
        violations_.Add(At(here, "mode"),
                        "must be SPECIAL_DAY_MODE_REPLACE or SPECIAL_DAY_MODE_AND");
        continue;
      }
      out.special_day_rules.push_back({Label(rules.Get(i).special_day(), At(here, "special_day")),
                                       static_cast<domain::SpecialDayMode>(mode)});
    }
    return out;
  }

  domain::TimeFrame Frame(const pb::TimeFrame& in, const std::string& path) {
    domain::TimeFrame out;
    out.code = in.code();
    out.weekdays = ReadWeekdays(in.weekdays(), At(path, "weekdays"), violations_);
    if (!in.special_day().empty()) {
      out.special_day = Label(in.special_day(), At(path, "special_day"));
    }
    out.hours = ReadHours(in.from_local_time(), in.to_local_time(), path, violations_);
    if (in.has_season()) out.season = ReadSeason(in.season(), At(path, "season"), violations_);
    for (int i = 0; i < in.accepted_kinds_size(); ++i) {
      const int kind = in.accepted_kinds(i);
      if (kind < 1 || kind > domain::kRightKindCount) {
        violations_.Add(At(path, "accepted_kinds", i), "must be a RightKind that is specified");
        continue;
      }
      out.accepted_kinds.Add(static_cast<domain::RightKind>(kind));
    }
    out.accepted_types = RightTypes(in.accepted_right_types(), At(path, "accepted_right_types"));
    if (in.has_max_stay()) out.max_stay = Length(in.max_stay(), At(path, "max_stay"));
    if (in.has_no_return_gap()) {
      out.no_return_gap = Length(in.no_return_gap(), At(path, "no_return_gap"));
    }
    for (int i = 0; i < in.fare_parts_size(); ++i) {
      const auto& part = in.fare_parts(i);
      const std::string here = At(path, "fare_parts", i);
      domain::FarePart fare{{}, part.step_price_cents(), {}, part.cap_cents()};
      if (part.has_applies_for())
        fare.applies_for = Length(part.applies_for(), At(here, "applies_for"));
      if (part.has_step()) fare.step = Length(part.step(), At(here, "step"));
      out.fare_parts.push_back(fare);
    }
    return out;
  }

  void ReadExtension(const pb::ValidityExtension& in, int index, domain::Regulation& out) {
    const std::string path = At("", "extensions", index);
    const absl::StatusOr<domain::ZoneCode> zone = ParseZoneOf(city_, in.zone(), At(path, "zone"));
    if (!zone.ok()) {
      violations_.Add("", zone.status());
      return;
    }
    out.extensions.push_back({*zone, RightTypes(in.right_types(), At(path, "right_types")),
                              ReadWindows(in.windows(), At(path, "windows"), violations_)});
  }

  template <typename Names>
  std::vector<domain::RightTypeCode> RightTypes(const Names& names, const std::string& path) {
    std::vector<domain::RightTypeCode> out;
    for (int i = 0; i < names.size(); ++i) {
      const absl::StatusOr<domain::RightTypeCode> type =
          ParseRightTypeOf(city_, names.Get(i), absl::StrCat(path, "[", i, "]"));
      if (type.ok()) {
        out.push_back(*type);
      } else {
        violations_.Add("", type.status());
      }
    }
    return out;
  }

  domain::SpecialDayLabel Label(const std::string& text, const std::string& path) {
    if (!domain::IsSpecialDayLabel(text)) {
      violations_.Add(path, "must be 1 to 32 of A-Z, 0-9 and '_', beginning with a letter");
    }
    return domain::SpecialDayLabel(text);
  }

  template <typename WithPeriod>
  domain::Interval Period(const WithPeriod& in, const std::string& path) {
    domain::Interval period;
    if (!in.has_start_time()) violations_.Add(At(path, "start_time"), "is required");
    if (!in.has_end_time()) violations_.Add(At(path, "end_time"), "is required");
    const absl::StatusOr<absl::Time> start = ToTime(in.start_time(), At(path, "start_time"));
    const absl::StatusOr<absl::Time> end = ToTime(in.end_time(), At(path, "end_time"));
    if (in.has_start_time() && !start.ok()) violations_.Add("", start.status());
    if (in.has_end_time() && !end.ok()) violations_.Add("", end.status());
    if (start.ok()) period.start = *start;
    if (end.ok()) period.end = *end;
    return period;
  }

  absl::Duration Length(const google::protobuf::Duration& in, const std::string& path) {
    const absl::StatusOr<absl::Duration> length =
        ToDuration(in, path, absl::Minutes(1), kLongestStay);
    if (!length.ok()) violations_.Add("", length.status());
    return length.value_or(absl::Minutes(1));
  }

  absl::Duration Grace(bool set, const google::protobuf::Duration& in, const std::string& path) {
    if (!set) return absl::ZeroDuration();
    const absl::StatusOr<absl::Duration> grace =
        ToDuration(in, path, absl::ZeroDuration(), absl::Minutes(domain::limits::kGraceMaxMinutes));
    if (!grace.ok()) violations_.Add("", grace.status());
    return grace.value_or(absl::ZeroDuration());
  }

  const domain::CityCode& city_;
  Violations violations_;
};

absl::Status Judge(const std::vector<domain::RegulationFault>& faults) {
  std::vector<domain::FieldViolation> violations;
  domain::ErrorReason reason = domain::ErrorReason::kInvalidField;
  for (const domain::RegulationFault& fault : faults) {
    if (fault.kind == domain::RegulationFault::Kind::kOverlappingFrames) {
      reason = domain::ErrorReason::kOverlappingFrames;
    }
    violations.push_back({fault.field, fault.description});
  }
  if (violations.empty()) return absl::OkStatus();
  const std::string message =
      absl::StrCat(violations.front().field, ": ", violations.front().description);
  return domain::Refusal(absl::StatusCode::kInvalidArgument, reason, message, violations);
}

class Writer {
 public:
  explicit Writer(const domain::CityCode& city) : city_(city) {}

  pb::Regulation Write(const domain::Regulation& in) const {
    pb::Regulation out;
    WriteTimetable(in.timetable, out);
    for (const domain::ClosedPeriod& closed : in.closed_periods) {
      pb::ClosedPeriod& written = *out.add_closed_periods();
      WritePeriod(closed.period, written);
      written.set_display_name(closed.display_name);
    }
    for (const domain::Overlay& overlay : in.overlays) {
      pb::Overlay& written = *out.add_overlays();
      WritePeriod(overlay.period, written);
      written.set_display_name(overlay.display_name);
      WriteTimetable(overlay.timetable, written);
    }
    if (in.grace_before > absl::ZeroDuration()) {
      *out.mutable_grace_before() = ToProtoDuration(in.grace_before);
    }
    if (in.grace_after > absl::ZeroDuration()) {
      *out.mutable_grace_after() = ToProtoDuration(in.grace_after);
    }
    for (const domain::ValidityExtension& extension : in.extensions) {
      pb::ValidityExtension& written = *out.add_extensions();
      written.set_zone(ZoneName(city_, extension.from_zone));
      WriteRightTypes(extension.right_types, *written.mutable_right_types());
      WriteWindows(extension.windows, *written.mutable_windows());
    }
    for (const domain::Restriction& restriction : in.restrictions) {
      pb::Restriction& written = *out.add_restrictions();
      WriteRightTypes(restriction.right_types, *written.mutable_right_types());
      WriteWindows(restriction.windows, *written.mutable_windows());
    }
    for (const domain::SellingPoint& point : in.selling_points) {
      pb::SellingPoint& written = *out.add_selling_points();
      written.set_selling_point_id(point.id);
      written.set_latitude_degrees(point.latitude_degrees);
      written.set_longitude_degrees(point.longitude_degrees);
    }
    out.set_capacity_count(in.capacity_count);
    return out;
  }

  void WriteFrame(const domain::TimeFrame& in, pb::TimeFrame& out) const {
    out.set_code(in.code);
    WriteWeekdays(in.weekdays, *out.mutable_weekdays());
    if (in.special_day) out.set_special_day(in.special_day->value());
    out.set_from_local_time(in.hours.from.text());
    out.set_to_local_time(in.hours.to.text());
    if (in.season) {
      out.mutable_season()->set_first_day(in.season->first.text());
      out.mutable_season()->set_last_day(in.season->last.text());
    }
    for (int kind = 1; kind <= domain::kRightKindCount; ++kind) {
      if (in.accepted_kinds.Contains(static_cast<domain::RightKind>(kind))) {
        out.add_accepted_kinds(static_cast<common::v1::RightKind>(kind));
      }
    }
    WriteRightTypes(in.accepted_types, *out.mutable_accepted_right_types());
    if (in.max_stay) *out.mutable_max_stay() = ToProtoDuration(*in.max_stay);
    if (in.no_return_gap) *out.mutable_no_return_gap() = ToProtoDuration(*in.no_return_gap);
    for (const domain::FarePart& part : in.fare_parts) {
      pb::FarePart& written = *out.add_fare_parts();
      if (part.applies_for) *written.mutable_applies_for() = ToProtoDuration(*part.applies_for);
      written.set_step_price_cents(part.step_price_cents);
      if (part.step) *written.mutable_step() = ToProtoDuration(*part.step);
      written.set_cap_cents(part.cap_cents);
    }
  }

 private:
  template <typename WithFrames>
  void WriteTimetable(const domain::Timetable& in, WithFrames& out) const {
    for (const domain::TimeFrame& frame : in.frames) WriteFrame(frame, *out.add_frames());
    for (const domain::SpecialDayRule& rule : in.special_day_rules) {
      pb::SpecialDayRule& written = *out.add_special_day_rules();
      written.set_special_day(rule.special_day.value());
      written.set_mode(static_cast<pb::SpecialDayMode>(rule.mode));
    }
  }

  template <typename WithPeriod>
  static void WritePeriod(const domain::Interval& period, WithPeriod& out) {
    *out.mutable_start_time() = ToTimestamp(period.start);
    *out.mutable_end_time() = ToTimestamp(period.end);
  }

  void WriteRightTypes(const std::vector<domain::RightTypeCode>& types,
                       google::protobuf::RepeatedPtrField<std::string>& out) const {
    for (const domain::RightTypeCode& type : types) *out.Add() = RightTypeName(city_, type);
  }

  const domain::CityCode& city_;
};

// What we wrote ourselves is nobody's input.
absl::StatusOr<domain::Regulation> AsStored(absl::StatusOr<domain::Regulation> read) {
  if (read.ok()) return read;
  return domain::Refusal(
      absl::StatusCode::kInternal, domain::ErrorReason::kInternal,
      absl::StrCat("a stored regulation is not valid: ", read.status().message()));
}

}  // namespace

absl::StatusOr<domain::Regulation> ReadDraftRegulation(const pb::Regulation& regulation,
                                                       const domain::CityCode& city) {
  return Reader(city).Read(regulation);
}

absl::StatusOr<domain::Regulation> ReadRegulation(const pb::Regulation& regulation,
                                                  const domain::CityCode& city) {
  absl::StatusOr<domain::Regulation> read = ReadDraftRegulation(regulation, city);
  if (!read.ok()) return read;
  if (absl::Status judged = Judge(domain::ValidateNew(*read)); !judged.ok()) return judged;
  return read;
}

pb::Regulation WriteRegulation(const domain::Regulation& regulation, const domain::CityCode& city) {
  return Writer(city).Write(regulation);
}

pb::TimeFrame WriteTimeFrame(const domain::TimeFrame& frame, const domain::CityCode& city) {
  pb::TimeFrame out;
  Writer(city).WriteFrame(frame, out);
  return out;
}

std::string RegulationJson(const domain::Regulation& regulation, const domain::CityCode& city) {
  std::string json;
  // Cannot fail: every field was checked when it was read.
  const auto status =
      google::protobuf::util::MessageToJsonString(WriteRegulation(regulation, city), &json);
  return status.ok() ? json : std::string();
}

absl::StatusOr<domain::Regulation> ReadStoredDraftRegulation(absl::string_view json,
                                                             const domain::CityCode& city) {
  pb::Regulation message;
  const auto parsed = google::protobuf::util::JsonStringToMessage(std::string(json), &message);
  if (!parsed.ok()) {
    return domain::Refusal(absl::StatusCode::kInternal, domain::ErrorReason::kInternal,
                           "a stored regulation cannot be read");
  }
  return AsStored(ReadDraftRegulation(message, city));
}

absl::StatusOr<domain::Regulation> ReadStoredRegulation(absl::string_view json,
                                                        const domain::CityCode& city) {
  absl::StatusOr<domain::Regulation> regulation = ReadStoredDraftRegulation(json, city);
  if (!regulation.ok()) return regulation;
  if (absl::Status judged = Judge(domain::Validate(*regulation)); !judged.ok()) {
    return AsStored(judged);
  }
  return regulation;
}

}  // namespace stadspoort::contract
