#include "services/cities/city_commands.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/domain/checked_plate_key.h"
#include "services/domain/city_errors.h"
#include "services/domain/limits.h"
#include "storage/postgres/city_transaction.h"
#include "storage/postgres/journal.h"

namespace stadspoort::cities {
namespace {

using postgres::Result;
using postgres::SubjectKind;
using postgres::Transaction;
using Results = absl::StatusOr<std::vector<Result>>;

void TakePath(const std::string& path, const domain::CitySettings& from, domain::CitySettings& to) {
  if (path == "display_name") to.display_name = from.display_name;
  if (path == "languages") to.languages = from.languages;
  if (path == "look_back") to.look_back = from.look_back;
  if (path == "degraded_limit") to.degraded_limit = from.degraded_limit;
  if (path == "end_in_the_past_limit") to.end_in_the_past_limit = from.end_in_the_past_limit;
  if (path == "open_end_limit") to.open_end_limit = from.open_end_limit;
  if (path == "confidence_threshold") to.confidence_threshold = from.confidence_threshold;
}

absl::StatusOr<postgres::StoredCity> OneCity(const Result& result) {
  absl::StatusOr<std::optional<postgres::StoredCity>> city = CityOf(result);
  if (!city.ok()) return city.status();
  if (!*city) return domain::CityNotFound();
  return **std::move(city);
}

// A subject that must be there, locked.
absl::StatusOr<postgres::Bumped> OneBumped(const Result& result) {
  const absl::StatusOr<std::optional<postgres::Bumped>> bumped = BumpedOf(result);
  if (!bumped.ok()) return bumped.status();
  if (!*bumped) return domain::CityNotFound();
  return **bumped;
}

// The days before today and their labels.
std::set<std::pair<absl::CivilDay, domain::SpecialDayLabel>> Past(
    const std::vector<domain::SpecialDay>& days, absl::CivilDay today) {
  std::set<std::pair<absl::CivilDay, domain::SpecialDayLabel>> past;
  for (const domain::SpecialDay& day : days) {
    if (day.date < today) past.emplace(day.date, day.label);
  }
  return past;
}

absl::Status KeepsThePast(const Result& present, const Result& of_city,
                          const std::vector<domain::SpecialDay>& next) {
  const auto days = SpecialDaysOf(present);
  if (!days.ok()) return days.status();
  if (days->empty()) return absl::OkStatus();
  const auto city = OneCity(of_city);
  if (!city.ok()) return city.status();
  const absl::StatusOr<absl::TimeZone> zone = domain::StoredTimeZone(city->time_zone);
  if (!zone.ok()) return zone.status();
  const absl::CivilDay today = absl::ToCivilDay(city->now, *zone);
  const auto before = Past(*days, today);
  const auto after = Past(next, today);
  std::vector<std::pair<absl::CivilDay, domain::SpecialDayLabel>> changed;
  std::set_symmetric_difference(before.begin(), before.end(), after.begin(), after.end(),
                                std::back_inserter(changed));
  return changed.empty() ? absl::OkStatus() : domain::CalendarInThePast(changed.front().first);
}

}  // namespace

absl::StatusOr<postgres::Transaction> CityCommands::Begin(const platform::Call& call,
                                                          const domain::CityCode& city,
                                                          postgres::Transaction::Mode mode) {
  return postgres::BeginForCity(pool_, mode, city, Deadline::After(call.Remaining()));
}

absl::StatusOr<postgres::StoredCity> CityCommands::Create(const platform::Call& call,
                                                          const CreateAsked& asked) {
  absl::StatusOr<Transaction> transaction = Begin(call, asked.city, Transaction::Mode::kReadWrite);
  if (!transaction.ok()) return transaction.status();
  postgres::StoredCity city;
  city.city_id = domain::NewUuid(call.received);
  city.settings = asked.settings;
  city.bounds = asked.bounds;
  city.time_zone = asked.time_zone;
  city.plate_key_id = keyring_.current_key_id();
  const absl::StatusOr<domain::PlateKey> key = keyring_.KeyOf(city.plate_key_id, asked.city);
  if (!key.ok()) return domain::PlateKeyMismatch();
  city.plate_key_fingerprint = domain::StoredBytes(key->Fingerprint());
  const Results inserted = transaction->Run({postgres::InsertCity(asked.city, city)});
  if (!inserted.ok()) return inserted.status();
  if (inserted->front().empty()) {
    // Whoever asks again after an unknown outcome takes this for done.
    const Results safe = transaction->RunAndCommit({postgres::AwaitSafety()});
    return safe.ok() ? domain::CityExists() : safe.status();
  }
  const postgres::Author author{call.caller.subject, ""};
  const Results results = transaction->RunAndCommit({
      postgres::InsertCalendar(asked.city),
      postgres::AppendJournal(SubjectKind::kCity, asked.city, city.city_id, 1,
                              postgres::CityState(city), author),
      postgres::AppendJournal(SubjectKind::kCalendar, asked.city, city.city_id, 1,
                              postgres::CalendarState({}), author),
      postgres::SelectCity(asked.city),
  });
  if (!results.ok()) return results.status();
  return OneCity(results->back());
}

absl::StatusOr<postgres::StoredCity> CityCommands::Get(const platform::Call& call,
                                                       const domain::CityCode& city) {
  absl::StatusOr<Transaction> transaction = Begin(call, city, Transaction::Mode::kSnapshot);
  if (!transaction.ok()) return transaction.status();
  const Results results = transaction->RunAndCommit({postgres::SelectCity(city)});
  if (!results.ok()) return results.status();
  return OneCity(results->front());
}

absl::StatusOr<postgres::StoredCity> CityCommands::Update(const platform::Call& call,
                                                          const UpdateAsked& asked) {
  absl::StatusOr<Transaction> transaction = Begin(call, asked.city, Transaction::Mode::kReadWrite);
  if (!transaction.ok()) return transaction.status();
  const Results locked =
      transaction->Run({postgres::BumpCity(asked.city), postgres::SelectCity(asked.city)});
  if (!locked.ok()) return locked.status();
  const absl::StatusOr<postgres::Bumped> bumped = OneBumped((*locked)[0]);
  if (!bumped.ok()) return bumped.status();
  absl::StatusOr<postgres::StoredCity> city = OneCity((*locked)[1]);
  if (!city.ok()) return city.status();
  // The row is bumped already; the caller read the version before it.
  if (!asked.etag.empty() && asked.etag != absl::StrCat(bumped->version - 1)) {
    return domain::StaleEtag("city.etag", absl::StrCat(bumped->version - 1));
  }
  for (const std::string& path : asked.paths) {
    TakePath(path, asked.settings, city->settings);
    if (path == "bounds") city->bounds = asked.bounds;
  }
  if (asked.validate_only) {  // the transaction rolls back
    city->versions.settings = bumped->version - 1;
    return city;
  }
  const Results results = transaction->RunAndCommit({
      postgres::UpdateCity(asked.city, *city),
      postgres::AppendJournal(SubjectKind::kCity, asked.city, bumped->subject, bumped->version,
                              postgres::CityState(*city), {call.caller.subject, ""}),
      postgres::SelectCity(asked.city),
  });
  if (!results.ok()) return results.status();
  return OneCity(results->back());
}

absl::StatusOr<CalendarKept> CityCommands::GetCalendar(const platform::Call& call,
                                                       const domain::CityCode& city) {
  absl::StatusOr<Transaction> transaction = Begin(call, city, Transaction::Mode::kSnapshot);
  if (!transaction.ok()) return transaction.status();
  const Results results =
      transaction->RunAndCommit({postgres::SelectCity(city), postgres::SelectSpecialDays(city)});
  if (!results.ok()) return results.status();
  const absl::StatusOr<postgres::StoredCity> stored = OneCity((*results)[0]);
  if (!stored.ok()) return stored.status();
  absl::StatusOr<std::vector<domain::SpecialDay>> days = SpecialDaysOf((*results)[1]);
  if (!days.ok()) return days.status();
  return CalendarKept{*std::move(days), stored->versions.calendar};
}

absl::StatusOr<CalendarKept> CityCommands::UpdateCalendar(const platform::Call& call,
                                                          const CalendarAsked& asked) {
  absl::StatusOr<Transaction> transaction = Begin(call, asked.city, Transaction::Mode::kReadWrite);
  if (!transaction.ok()) return transaction.status();
  const Results locked =
      transaction->Run({postgres::BumpCalendar(asked.city), postgres::SelectSpecialDays(asked.city),
                        postgres::SelectCity(asked.city)});
  if (!locked.ok()) return locked.status();
  const absl::StatusOr<postgres::Bumped> bumped = OneBumped(locked->front());
  if (!bumped.ok()) return bumped.status();
  if (!asked.etag.empty() && asked.etag != absl::StrCat(bumped->version - 1)) {
    return domain::StaleEtag("calendar.etag", absl::StrCat(bumped->version - 1));
  }
  if (absl::Status kept = KeepsThePast((*locked)[1], (*locked)[2], asked.days); !kept.ok()) {
    return kept;
  }
  const std::vector<postgres::Command> commands = {
      postgres::DeleteSpecialDays(asked.city),
      postgres::InsertSpecialDays(asked.city, asked.days),
      postgres::AppendJournal(SubjectKind::kCalendar, asked.city, bumped->subject, bumped->version,
                              postgres::CalendarState(asked.days), {call.caller.subject, ""}),
      postgres::SelectSpecialDays(asked.city),
  };
  const Results results =
      asked.validate_only ? transaction->Run(commands) : transaction->RunAndCommit(commands);
  if (!results.ok()) return results.status();
  absl::StatusOr<std::vector<domain::SpecialDay>> days = SpecialDaysOf(results->back());
  if (!days.ok()) return days.status();
  return CalendarKept{*std::move(days), bumped->version - (asked.validate_only ? 1 : 0)};
}

absl::Status CityCommands::CreateRightType(const platform::Call& call,
                                           const RightTypeAsked& asked) {
  const domain::CityCode& city = asked.city;
  const domain::RightType& type = asked.type;
  absl::StatusOr<Transaction> transaction = Begin(call, city, Transaction::Mode::kReadWrite);
  if (!transaction.ok()) return transaction.status();
  // One at a time in a city: the count of its right types is locked first.
  const Results locked =
      transaction->Run({postgres::BumpRightTypes(city), postgres::SelectRightTypes(city)});
  if (!locked.ok()) return locked.status();
  if (locked->front().empty()) return domain::CityNotFound();
  const absl::StatusOr<std::vector<domain::RightType>> present = RightTypesOf((*locked)[1]);
  if (!present.ok()) return present.status();
  if (present->size() >= domain::limits::kRightTypesMax) {
    return domain::Refusal(absl::StatusCode::kFailedPrecondition,
                           domain::ErrorReason::kTooManyItems,
                           "a city has at most 1,000 right types");
  }
  const domain::UuidBytes id = domain::NewUuid(call.received);
  const Results inserted = transaction->Run({postgres::InsertRightType(city, id, type)});
  if (!inserted.ok()) return inserted.status();
  if (inserted->front().empty()) {
    // As above; this one has counted the city's right types on.
    const absl::Status safe = postgres::RollBackAndAwaitSafety(*std::move(transaction), pool_, city,
                                                               Deadline::After(call.Remaining()));
    return safe.ok() ? domain::RightTypeExists() : safe;
  }
  if (asked.validate_only) return absl::OkStatus();  // the transaction rolls back
  return transaction
      ->RunAndCommit(
          {postgres::AppendJournal(SubjectKind::kRightType, city, id, 1,
                                   postgres::RightTypeState(type), {call.caller.subject, ""})})
      .status();
}

absl::StatusOr<std::vector<domain::RightType>> CityCommands::ListRightTypes(
    const platform::Call& call, const domain::CityCode& city) {
  absl::StatusOr<Transaction> transaction = Begin(call, city, Transaction::Mode::kSnapshot);
  if (!transaction.ok()) return transaction.status();
  const Results results =
      transaction->RunAndCommit({postgres::SelectCity(city), postgres::SelectRightTypes(city)});
  if (!results.ok()) return results.status();
  if (const auto stored = OneCity((*results)[0]); !stored.ok()) return stored.status();
  return RightTypesOf((*results)[1]);
}

}  // namespace stadspoort::cities
