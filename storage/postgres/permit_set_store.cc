#include "storage/postgres/permit_set_store.h"

#include "storage/postgres/sql.h"

namespace stadspoort::postgres {
namespace {

Command Select(const domain::CityCode& city, const std::optional<domain::PermitSetCode>& series,
               const std::optional<domain::PermitSetCode>& code,
               const std::optional<std::vector<int64_t>>& numbers) {
  Params params;
  params.Text(city.value())
      .Text(series ? std::optional(series->value()) : std::nullopt)
      .Text(code ? std::optional(code->value()) : std::nullopt);
  if (numbers) {
    params.IntArray(*numbers);
  } else {
    params.Null(Type::kInt8Array);
  }
  return {sql::kPermitSets, std::move(params)};
}

}  // namespace

Command InsertPermitSet(const domain::CityCode& city, const StoredPermitSet& set) {
  return {sql::kInsertPermitSet, Params()
                                     .Text(city.value())
                                     .Text(set.code.value())
                                     .Text(set.series.value())
                                     .Text(set.display_name)};
}

absl::StatusOr<bool> InsertedPermitSetInto(const Result& result, StoredPermitSet& set) {
  const auto inserted = result.AtMostOne([&](Row& row) {
    set.number = row.Int("permit_set");
    set.create_time = row.Time("create_time");
    return true;
  });
  if (!inserted.ok()) return inserted.status();
  return inserted->has_value();
}

Command SelectPermitSets(const domain::CityCode& city,
                         const std::optional<domain::PermitSetCode>& series) {
  return Select(city, series, std::nullopt, std::nullopt);
}

Command SelectPermitSet(const domain::CityCode& city, const domain::PermitSetCode& code) {
  return Select(city, std::nullopt, code, std::nullopt);
}

Command SelectPermitSetsNumbered(const domain::CityCode& city,
                                 const std::vector<int64_t>& numbers) {
  return Select(city, std::nullopt, std::nullopt, numbers);
}

absl::StatusOr<std::vector<StoredPermitSet>> PermitSetsOf(const Result& result) {
  return result.Rows([](Row& row) {
    StoredPermitSet set;
    set.number = row.Int("permit_set");
    set.code = domain::PermitSetCode(row.Text("code"));
    set.series = domain::PermitSetCode(row.Text("series"));
    set.display_name = row.Text("display_name");
    set.create_time = row.Time("create_time");
    set.now = row.Time("now");
    const std::optional<absl::Time> start = row.OptionalTime("live_start");
    const std::optional<absl::Time> end = row.OptionalTime("live_end");
    if (start && end) set.live = domain::Interval{*start, *end};
    return set;
  });
}

Command CallBackLiveSets(const domain::CityCode& city, const domain::PermitSetCode& series,
                         absl::Time now, absl::Time from) {
  return {sql::kCallBackLiveSets,
          Params().Text(city.value()).Text(series.value()).Time(now).Time(from)};
}

Command EndLiveSet(const domain::CityCode& city, const domain::PermitSetCode& series,
                   absl::Time now, absl::Time end) {
  return {sql::kEndLiveSet, Params().Text(city.value()).Text(series.value()).Time(now).Time(end)};
}

Command BeginLiveSet(const domain::CityCode& city, const StoredPermitSet& set, absl::Time from) {
  return {sql::kBeginLiveSet,
          Params().Text(city.value()).Text(set.series.value()).Int(set.number).Time(from)};
}

}  // namespace stadspoort::postgres
