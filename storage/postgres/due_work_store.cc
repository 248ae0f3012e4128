#include "storage/postgres/due_work_store.h"

#include "storage/postgres/sql.h"

namespace stadspoort::postgres {

Command SelectCitiesWithDueWork() { return {sql::kCitiesWithDueWork, Params()}; }

absl::StatusOr<std::vector<domain::CityCode>> CitiesWithDueWorkOf(const Result& result) {
  return result.Rows([](Row& row) { return domain::CityCode(row.Text("city")); });
}

Command ClaimDueWork(const domain::CityCode& city, DueWork::Kind kind, int64_t limit) {
  return {sql::kClaimDueWork, Params()
                                  .Text(city.value())
                                  .Text(kind == DueWork::Kind::kPermit ? "PERMIT" : "OFFER")
                                  .Int(limit)};
}

absl::StatusOr<std::vector<DueWork>> DueWorkOf(const Result& result) {
  return result.Rows([](Row& row) {
    DueWork work;
    work.number = row.Int("work_number");
    if (const auto permit = row.OptionalUuid("permit_id")) work.permit = domain::PermitId(*permit);
    work.area.type = domain::PermitTypeCode(row.OptionalText("permit_type").value_or(""));
    work.area.area = domain::PermitAreaCode(row.OptionalText("area").value_or(""));
    work.area.set = row.OptionalInt("permit_set").value_or(0);
    work.now = row.Time("now");
    return work;
  });
}

Command DeleteDueWork(const domain::CityCode& city, const std::vector<int64_t>& numbers) {
  return {sql::kDeleteDueWork, Params().Text(city.value()).IntArray(numbers)};
}

Command PostponeDueWork(const domain::CityCode& city, const std::vector<int64_t>& numbers,
                        absl::Duration by) {
  return {sql::kPostponeDueWork,
          Params().Text(city.value()).IntArray(numbers).Int(absl::ToInt64Seconds(by))};
}

Command SelectFirstWaiting(const domain::CityCode& city, const AreaOfType& area, int64_t limit) {
  return {sql::kFirstWaiting, Params()
                                  .Text(city.value())
                                  .Text(area.type.value())
                                  .Text(area.area.value())
                                  .Int(limit)
                                  .Int(area.set)};
}

absl::StatusOr<std::vector<domain::PermitId>> FirstWaitingOf(const Result& result) {
  return result.Rows([](Row& row) { return domain::PermitId(row.Uuid("permit_id")); });
}

}  // namespace stadspoort::postgres
