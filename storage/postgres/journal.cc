#include "storage/postgres/journal.h"

#include "storage/postgres/sql.h"

namespace stadspoort::postgres {
namespace {

const char* Name(SubjectKind kind) {
  switch (kind) {
    case SubjectKind::kPlate:
      return "PLATE";
    case SubjectKind::kZone:
      return "ZONE";
    case SubjectKind::kCalendar:
      return "CALENDAR";
    case SubjectKind::kCity:
      return "CITY";
    case SubjectKind::kRightType:
      return "RIGHT_TYPE";
    case SubjectKind::kContract:
      return "CONTRACT";
  }
  return "";
}

}  // namespace

Command AppendJournal(SubjectKind kind, const domain::CityCode& city,
                      const domain::UuidBytes& subject, int64_t version, const std::string& state,
                      const Author& author) {
  return {sql::kAppendJournal, Params()
                                   .Text(Name(kind))
                                   .Text(city.value())
                                   .Uuid(subject)
                                   .Int(version)
                                   .Json(state)
                                   .Text(author.actor)
                                   .Text(author.reason)};
}

Command AwaitSafety() { return {sql::kAwaitSafety, Params()}; }

}  // namespace stadspoort::postgres
