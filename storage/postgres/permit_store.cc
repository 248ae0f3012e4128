#include "storage/postgres/permit_store.h"

#include "absl/strings/str_cat.h"
#include "storage/postgres/permit_document.h"
#include "storage/postgres/sql.h"

namespace stadspoort::postgres {
namespace {

// Between the parts of a name that is locked. Two names that read alike by it only wait for each
// other.
constexpr char kUnit[] = "\x1f";

std::vector<domain::UuidBytes> Bytes(const std::vector<domain::PermitId>& permits) {
  std::vector<domain::UuidBytes> bytes;
  bytes.reserve(permits.size());
  for (const domain::PermitId& permit : permits) bytes.push_back(permit.bytes());
  return bytes;
}

absl::StatusOr<StoredPermit> ReadPermit(Row& row) {
  StoredPermit stored;
  stored.permit.id = domain::PermitId(row.Uuid("permit_id"));
  stored.permit.type = domain::PermitTypeCode(row.Text("permit_type"));
  stored.permit.set = row.Int("permit_set");
  stored.permit.holder = row.Text("holder");
  stored.permit.address = row.Text("address");
  const std::string document = row.Json("document");
  stored.revision = row.Int("revision");
  stored.create_time = row.Time("create_time");
  stored.due_time = row.OptionalTime("due_time");
  stored.queue_position = row.OptionalInt("queue_position");
  if (!row.status().ok()) return row.status();
  if (absl::Status read = ReadPermitDocument(document, stored.permit); !read.ok()) return read;
  return stored;
}

absl::StatusOr<PermitEvent> ReadEvent(Row& row) {
  PermitEvent event;
  event.permit = domain::PermitId(row.Uuid("permit_id"));
  const auto kind = domain::PermitEventKindFromName(row.Text("kind"));
  const auto state = domain::PermitStateFromName(row.Text("state"));
  if (!kind || !state) return absl::InternalError("a stored event is not known to this binary");
  event.kind = *kind;
  event.state = *state;
  event.effective_time = row.Time("effective_time");
  event.revision = row.Int("revision");
  event.actor = row.Text("actor");
  event.reason = row.Text("reason");
  event.recorded_time = row.Time("recorded_time");
  return event;
}

}  // namespace

Command LockPermit(const domain::CityCode& city, const domain::PermitId& permit) {
  return {sql::kLockPermit, Params().Text(city.value()).Uuid(permit.bytes())};
}

Command SelectPermit(const domain::CityCode& city, const domain::PermitId& permit) {
  return {sql::kPermit, Params().Text(city.value()).Uuid(permit.bytes())};
}

absl::StatusOr<std::optional<StoredPermit>> PermitOf(const Result& result) {
  return result.AtMostOne(ReadPermit);
}

Command LockPermits(const domain::CityCode& city, const std::vector<domain::PermitId>& permits,
                    IfChanging if_changing) {
  return {if_changing == IfChanging::kWait ? sql::kLockPermits : sql::kLockDuePermits,
          Params().Text(city.value()).UuidArray(Bytes(permits))};
}

Command SelectPermitsPage(const domain::CityCode& city, const domain::PermitId& after,
                          const std::optional<std::string>& holder,
                          const std::optional<domain::PermitTypeCode>& type,
                          const std::optional<domain::PlateNumber>& plate, int64_t limit) {
  const auto type_filter = type ? std::optional(type->value()) : std::nullopt;
  // A holder's permits are found by its index; who also asks for a plate has few of them.
  if (holder && !plate) {
    return {
        sql::kHolderPermitsPage,
        Params().Text(city.value()).Text(*holder).Uuid(after.bytes()).Text(type_filter).Int(limit)};
  }
  const auto plate_filter = plate ? std::optional(plate->value()) : std::nullopt;
  return {sql::kPermitsPage, Params()
                                 .Text(city.value())
                                 .Uuid(after.bytes())
                                 .Text(holder)
                                 .Text(type_filter)
                                 .Text(plate_filter)
                                 .Int(limit)};
}

absl::StatusOr<std::vector<StoredPermit>> PermitsOf(const Result& result) {
  return result.Rows(ReadPermit);
}

Command InsertPermit(const domain::CityCode& city, const StoredPermit& stored) {
  const domain::Permit& permit = stored.permit;
  return {sql::kInsertPermit, Params()
                                  .Text(city.value())
                                  .Uuid(permit.id.bytes())
                                  .Text(permit.type.value())
                                  .Text(permit.holder)
                                  .Text(permit.address)
                                  .Text(permit.area().value())
                                  .Text(Name(permit.state))
                                  .Json(PermitDocument(permit))
                                  .Time(stored.due_time)
                                  .Int(stored.revision)
                                  .Int(permit.set)};
}

absl::StatusOr<absl::Time> InsertedPermitOf(const Result& result) {
  return result.One([](Row& row) { return row.Time("create_time"); });
}

Command UpdatePermits(const domain::CityCode& city, const std::vector<StoredPermit>& permits) {
  std::vector<domain::UuidBytes> ids;
  std::vector<std::string> addresses;
  std::vector<std::string> areas;
  std::vector<std::string> states;
  std::vector<std::string> documents;
  std::vector<absl::Time> due_times;
  std::vector<int64_t> revisions;
  for (const StoredPermit& stored : permits) {
    ids.push_back(stored.permit.id.bytes());
    addresses.push_back(stored.permit.address);
    areas.push_back(stored.permit.area().value());
    states.emplace_back(Name(stored.permit.state));
    documents.push_back(PermitDocument(stored.permit));
    due_times.push_back(stored.due_time.value_or(absl::InfiniteFuture()));
    revisions.push_back(stored.revision);
  }
  return {sql::kUpdatePermits, Params()
                                   .Text(city.value())
                                   .UuidArray(ids)
                                   .TextArray(addresses)
                                   .TextArray(areas)
                                   .TextArray(states)
                                   .TextArray(documents)
                                   .TimeArray(due_times)
                                   .IntArray(revisions)};
}

Command InsertPermitEvents(const domain::CityCode& city, const std::vector<PermitEvent>& events,
                           const Author& author) {
  std::vector<domain::UuidBytes> ids;
  std::vector<std::string> kinds;
  std::vector<std::string> states;
  std::vector<absl::Time> effective_times;
  std::vector<std::string> documents;
  std::vector<int64_t> revisions;
  for (const PermitEvent& event : events) {
    ids.push_back(event.permit.bytes());
    kinds.emplace_back(Name(event.kind));
    states.emplace_back(Name(event.state));
    effective_times.push_back(event.effective_time);
    documents.push_back(event.document);
    revisions.push_back(event.revision);
  }
  return {sql::kInsertPermitEvents, Params()
                                        .Text(city.value())
                                        .UuidArray(ids)
                                        .TextArray(kinds)
                                        .TextArray(states)
                                        .TimeArray(effective_times)
                                        .TextArray(documents)
                                        .IntArray(revisions)
                                        .Text(author.actor)
                                        .Text(author.reason)};
}

Command LockPermitNames(const domain::CityCode& city, const CountedNames& names) {
  const std::string of = absl::StrCat(city.value(), kUnit, names.type.value(), kUnit);
  std::vector<std::string> keys = {absl::StrCat(of, "holder", kUnit, names.holder)};
  for (const std::string& address : names.addresses) {
    if (address.empty()) continue;
    keys.push_back(absl::StrCat(of, "address", kUnit, address));
  }
  return {sql::kLockPermitNames, Params().TextArray(keys)};
}

Command LockPayment(const domain::CityCode& city, const std::string& reference) {
  const std::vector<std::string> keys = {
      absl::StrCat(city.value(), kUnit, "payment", kUnit, reference)};
  return {sql::kLockPermitNames, Params().TextArray(keys)};
}

Command LockPermitAreas(const domain::CityCode& city, const std::vector<AreaOfType>& areas) {
  std::vector<std::string> types;
  std::vector<std::string> codes;
  std::vector<int64_t> sets;
  for (const AreaOfType& area : areas) {
    types.push_back(area.type.value());
    sets.push_back(area.set);
    codes.push_back(area.area.value());
  }
  return {sql::kLockPermitAreas,
          Params().Text(city.value()).TextArray(types).IntArray(sets).TextArray(codes)};
}

Command LockAreasOfType(const domain::CityCode& city, const domain::PermitTypeCode& type) {
  return {sql::kLockAreasOfType, Params().Text(city.value()).Text(type.value())};
}

absl::StatusOr<std::vector<AreaHeld>> AreasHeldOf(const Result& result) {
  return result.Rows([](Row& row) {
    AreaHeld area;
    area.area.type = domain::PermitTypeCode(row.Text("permit_type"));
    area.area.set = row.Int("permit_set");
    area.area.area = domain::PermitAreaCode(row.Text("area"));
    area.held = row.Int("held");
    return area;
  });
}

Command SelectPermitCounts(const domain::CityCode& city, const domain::Permit& permit,
                           const std::string& address, const domain::PermitAreaCode& area) {
  return {sql::kPermitCounts, Params()
                                  .Text(city.value())
                                  .Text(permit.type.value())
                                  .Text(permit.holder)
                                  .Text(address)
                                  .Text(area.value())
                                  .Uuid(permit.id.bytes())
                                  .Int(permit.set)};
}

absl::StatusOr<CountedPermits> PermitCountsOf(const Result& result) {
  return result.One([](Row& row) {
    CountedPermits counts;
    counts.of_holder = static_cast<int>(row.Int("of_holder"));
    counts.of_address = static_cast<int>(row.Int("of_address"));
    counts.earlier_of_holder = static_cast<int>(row.Int("earlier_of_holder"));
    counts.earlier_of_address = static_cast<int>(row.Int("earlier_of_address"));
    counts.others_wait = row.Bool("others_wait");
    counts.now = row.Time("now");
    return counts;
  });
}

Command SelectPayment(const domain::CityCode& city, const std::string& reference) {
  return {sql::kPermitPayment, Params().Text(city.value()).Text(reference)};
}

absl::StatusOr<std::optional<Payment>> PaymentOf(const Result& result) {
  return result.AtMostOne([](Row& row) {
    return Payment{domain::PermitId(row.Uuid("permit_id")), row.Int("amount_cents")};
  });
}

Command InsertPayment(const domain::CityCode& city, const std::string& reference,
                      const Payment& payment) {
  return {sql::kInsertPermitPayment, Params()
                                         .Text(city.value())
                                         .Text(reference)
                                         .Uuid(payment.permit.bytes())
                                         .Int(payment.amount_cents)};
}

bool InsertedPayment(const Result& result) { return !result.empty(); }

Command SelectPermitEventsPage(const domain::CityCode& city, const domain::PermitId& permit,
                               int64_t revision, absl::Time known_at, int64_t limit) {
  return {sql::kPermitEventsPage,
          Params().Text(city.value()).Uuid(permit.bytes()).Int(revision).Time(known_at).Int(limit)};
}

absl::StatusOr<std::vector<PermitEvent>> PermitEventsOf(const Result& result) {
  return result.Rows(ReadEvent);
}

Command SelectPermitKnownAt(const domain::CityCode& city, const domain::PermitId& permit,
                            absl::Time known_at) {
  return {sql::kPermitKnownAt, Params().Text(city.value()).Uuid(permit.bytes()).Time(known_at)};
}

absl::StatusOr<std::optional<StoredPermit>> PermitKnownAtOf(const Result& result,
                                                            const domain::PermitId& permit) {
  return result.AtMostOne([&](Row& row) -> absl::StatusOr<StoredPermit> {
    StoredPermit stored;
    stored.permit.id = permit;
    stored.permit.type = domain::PermitTypeCode(row.Text("permit_type"));
    stored.permit.set = row.Int("permit_set");
    stored.permit.holder = row.Text("holder");
    stored.revision = row.Int("revision");
    stored.create_time = row.Time("create_time");
    const std::string document = row.Json("document");
    if (!row.status().ok()) return row.status();
    if (absl::Status read = ReadPermitDocument(document, stored.permit); !read.ok()) return read;
    return stored;
  });
}

Command FollowPermitEvents(const domain::CityCode& city, const EventPlace& after, absl::Time since,
                           int64_t limit) {
  return {sql::kFollowPermitEvents,
          Params().Text(city.value()).Text(after.xid).Int(after.number).Time(since).Int(limit)};
}

absl::StatusOr<std::vector<FollowedEvent>> FollowedEventsOf(const Result& result) {
  return result.Rows([](Row& row) -> absl::StatusOr<FollowedEvent> {
    absl::StatusOr<PermitEvent> event = ReadEvent(row);
    if (!event.ok()) return event.status();
    event->holder = row.Text("holder");
    return FollowedEvent{*std::move(event),
                         {absl::StrCat(row.Int("xid")), row.Int("event_number")}};
  });
}

Command SelectEventsEnd() { return {sql::kPermitEventsEnd, Params()}; }

absl::StatusOr<EventsEnd> EventsEndOf(const Result& result) {
  return result.One([](Row& row) {
    return EventsEnd{{absl::StrCat(row.Int("xmin")), 0}, row.Text("epoch"), row.Time("now")};
  });
}

}  // namespace stadspoort::postgres
