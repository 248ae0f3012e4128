#include "services/permits/due_worker.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/domain/local_time.h"
#include "services/permits/permit_change.h"
#include "storage/postgres/city_transaction.h"
#include "storage/postgres/permit_document.h"
#include "storage/postgres/permit_store.h"
#include "storage/postgres/request_store.h"
#include "storage/postgres/right_store.h"

namespace stadspoort::permits {
namespace {

using postgres::Command;
using postgres::DueWork;
using postgres::PermitEvent;
using postgres::StoredPermit;
using Results = absl::StatusOr<std::vector<postgres::Result>>;

constexpr absl::Duration kPatience = absl::Seconds(10);
constexpr std::chrono::milliseconds kIdle(200);
constexpr std::chrono::seconds kAfterFault(1);
constexpr int64_t kChunk = 500;
// Whoever is changing a permit lets time pass for it as well, unless the change is refused.
constexpr absl::Duration kAfterChange = absl::Seconds(1);
constexpr absl::Duration kAfterUnreadable = absl::Minutes(1);
// Offered in one transaction.
constexpr int64_t kOffered = 100;

}  // namespace

DueWorker::DueWorker(postgres::Pool& pool, postgres::PermitTypeReader& types,
                     postgres::LogFunction log)
    : pool_(pool), types_(types), log_(std::move(log)), thread_([this] { Run(); }) {}

DueWorker::~DueWorker() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void DueWorker::Run() {
  std::string told;  // the fault that was logged last
  while (true) {
    const absl::StatusOr<bool> worked = WorkOnce();
    const std::string fault = worked.ok() ? "" : worked.status().ToString();
    if (fault != told && log_) {
      log_(worked.ok() ? postgres::LogLevel::kInfo : postgres::LogLevel::kWarning,
           worked.ok() ? std::string("due work: done again")
                       : absl::StrCat("due work: waits: ", fault));
    }
    told = fault;
    std::unique_lock lock(mutex_);
    if (worked.ok() && *worked && !stopping_) continue;
    const std::chrono::milliseconds pause =
        worked.ok() ? kIdle : std::chrono::milliseconds(kAfterFault);
    if (wake_.wait_for(lock, pause, [this] { return stopping_; })) return;
  }
}

absl::StatusOr<bool> DueWorker::WorkOnce() {
  std::vector<domain::CityCode> cities;
  {
    absl::StatusOr<Transaction> transaction = postgres::BeginForCity(
        pool_, Transaction::Mode::kSnapshot, domain::CityCode(), Deadline::After(kPatience));
    if (!transaction.ok()) return transaction.status();
    const Results read = transaction->RunAndCommit({postgres::SelectCitiesWithDueWork()});
    if (!read.ok()) return read.status();
    auto due = postgres::CitiesWithDueWorkOf(read->front());
    if (!due.ok()) return due.status();
    cities = *std::move(due);
  }
  bool worked = false;
  for (const domain::CityCode& city : cities) {
    for (const DueWork::Kind kind : {DueWork::Kind::kPermit, DueWork::Kind::kOffer}) {
      const absl::StatusOr<bool> some = WorkPast(city, kind);
      if (!some.ok()) return some.status();
      worked = worked || *some;
    }
  }
  return worked;
}

absl::StatusOr<bool> DueWorker::WorkPast(const domain::CityCode& city, DueWork::Kind kind) {
  absl::StatusOr<bool> worked = WorkIn(city, kind, kind == DueWork::Kind::kPermit ? kChunk : 1);
  if (!absl::IsInternal(worked.status())) return worked;
  // Something cannot be read: the rest is done one by one, and that waits.
  for (int64_t i = 0; i < kChunk; ++i) {
    worked = WorkIn(city, kind, 1);
    if (worked.ok() && !*worked) return true;
    if (worked.ok()) continue;
    if (!absl::IsInternal(worked.status())) return worked;
    if (log_) {
      log_(postgres::LogLevel::kError,
           absl::StrCat("due work: a piece of it cannot be done: ", worked.status().ToString()));
    }
    absl::StatusOr<Transaction> transaction = postgres::BeginForCity(
        pool_, Transaction::Mode::kReadWrite, city, Deadline::After(kPatience));
    if (!transaction.ok()) return transaction.status();
    const Results read = transaction->Run({postgres::ClaimDueWork(city, kind, 1)});
    if (!read.ok()) return read.status();
    const auto work = postgres::DueWorkOf(read->front());
    if (!work.ok()) return work.status();
    if (work->empty()) return true;
    const Results put = transaction->RunAndCommit(
        {postgres::PostponeDueWork(city, {work->front().number}, kAfterUnreadable)});
    if (!put.ok()) return put.status();
  }
  return true;
}

absl::StatusOr<bool> DueWorker::WorkIn(const domain::CityCode& city, DueWork::Kind kind,
                                       int64_t limit) {
  absl::StatusOr<Transaction> transaction = postgres::BeginForCity(
      pool_, Transaction::Mode::kReadWrite, city, Deadline::After(kPatience));
  if (!transaction.ok()) return transaction.status();
  const Results read = transaction->Run({postgres::ClaimDueWork(city, kind, limit)});
  if (!read.ok()) return read.status();
  const auto work = postgres::DueWorkOf(read->front());
  if (!work.ok()) return work.status();
  if (work->empty()) return false;
  const absl::Status done = kind == DueWork::Kind::kPermit
                                ? LetTimePass(*transaction, city, *work)
                                : OfferPlaces(*transaction, city, work->front());
  if (!done.ok()) return done;
  return true;
}

absl::Status DueWorker::LetTimePass(Transaction& transaction, const domain::CityCode& city,
                                    const std::vector<DueWork>& work) {
  std::set<domain::PermitId> ids;
  for (const DueWork& one : work) ids.insert(one.permit);
  const Results read = transaction.Run({
      postgres::LockPermits(city, {ids.begin(), ids.end()}, postgres::IfChanging::kSkip),
      postgres::SelectEnrolmentRules(city, domain::RightTypeCode()),
  });
  if (!read.ok()) return read.status();
  auto permits = postgres::PermitsOf((*read)[0]);
  if (!permits.ok()) return permits.status();
  const auto rules = postgres::EnrolmentRulesOf((*read)[1], domain::RightTypeCode());
  if (!rules.ok()) return rules.status();
  if (!*rules) return absl::InternalError("due work of a city that is not known");
  const auto zone = domain::StoredTimeZone((*rules)->time_zone);
  if (!zone.ok()) return zone.status();

  // Areas after permits; the types by which they live.
  std::set<postgres::AreaOfType> areas;
  std::map<domain::PermitTypeCode, std::set<int64_t>> versions;
  for (const StoredPermit& stored : *permits) {
    areas.insert({stored.permit.type, stored.permit.set, stored.permit.area()});
    versions[stored.permit.type].insert(stored.permit.type_version);
  }
  std::vector<Command> commands = {postgres::LockPermitAreas(city, {areas.begin(), areas.end()})};
  for (const auto& [code, of] : versions) {
    commands.push_back(postgres::SelectPermitType(city, code, {of.begin(), of.end()}));
  }
  const Results facts = transaction.Run(commands);
  if (!facts.ok()) return facts.status();
  std::map<std::pair<domain::PermitTypeCode, int64_t>, std::shared_ptr<const domain::PermitType>>
      types;
  for (size_t i = 1; i < facts->size(); ++i) {
    const auto stored = postgres::PermitTypesOf((*facts)[i], city, types_);
    if (!stored.ok()) return stored.status();
    for (const auto& type : *stored) types[{type.type->code, type.version}] = type.type;
  }

  const domain::PermitMoment moment{work.front().now, *zone};
  std::vector<StoredPermit> changed;
  std::vector<PermitEvent> events;
  std::set<domain::PermitId> seen;
  for (StoredPermit& stored : *permits) {
    seen.insert(stored.permit.id);
    const auto type = types.find({stored.permit.type, stored.permit.type_version});
    if (type == types.end()) return absl::InternalError("a permit's type is not known");
    const size_t before = events.size();
    CatchUp(*type->second, moment, stored.permit, [&](const domain::PermitHappening& happening) {
      events.push_back(EventOf(stored, happening.kind, happening.at));
    });
    const auto due_time = DueTime(stored.permit, *type->second, *zone);
    if (events.size() == before && due_time == stored.due_time) continue;
    stored.due_time = due_time;
    changed.push_back(std::move(stored));
  }
  std::vector<int64_t> done;
  std::vector<int64_t> later;
  for (const DueWork& one : work) (seen.contains(one.permit) ? done : later).push_back(one.number);
  std::vector<Command> writes = {postgres::DeleteDueWork(city, done),
                                 postgres::PostponeDueWork(city, later, kAfterChange),
                                 postgres::DeleteOldRequests(city)};
  if (!changed.empty()) writes.push_back(postgres::UpdatePermits(city, changed));
  if (!events.empty()) {
    writes.push_back(postgres::InsertPermitEvents(city, events, {kRegisterActor, ""}));
  }
  return transaction.RunAndCommit(writes).status();
}

absl::Status DueWorker::OfferPlaces(Transaction& transaction, const domain::CityCode& city,
                                    const DueWork& work) {
  const domain::PermitTypeCode& code = work.area.type;
  const domain::PermitAreaCode& area = work.area.area;
  domain::Permit any;  // whoever may wait
  any.set = work.area.set;
  const Results read = transaction.Run({
      postgres::SelectFirstWaiting(city, work.area, kOffered),
      postgres::SelectEnrolmentRules(city, domain::RightTypeCode()),
  });
  if (!read.ok()) return read.status();
  const auto waiting = postgres::FirstWaitingOf((*read)[0]);
  if (!waiting.ok()) return waiting.status();
  const auto rules = postgres::EnrolmentRulesOf((*read)[1], domain::RightTypeCode());
  if (!rules.ok()) return rules.status();
  if (!*rules) return absl::InternalError("due work of a city that is not known");
  const auto zone = domain::StoredTimeZone((*rules)->time_zone);
  if (!zone.ok()) return zone.status();
  const Results locked =
      transaction.Run({postgres::LockPermits(city, *waiting, postgres::IfChanging::kWait)});
  if (!locked.ok()) return locked.status();
  auto permits = postgres::PermitsOf(locked->front());
  if (!permits.ok()) return permits.status();
  std::set<int64_t> versions;
  for (const StoredPermit& stored : *permits) versions.insert(stored.permit.type_version);
  const Results facts = transaction.Run({
      postgres::LockPermitAreas(city, {work.area}),
      postgres::SelectPermitType(city, code, {versions.begin(), versions.end()}),
      postgres::SelectPermitCounts(city, any, "", area),
      // Who waits for it is known for certain now that nobody can begin to or cease to.
      postgres::SelectFirstWaiting(city, work.area, kOffered),
  });
  if (!facts.ok()) return facts.status();
  const auto held = postgres::AreasHeldOf((*facts)[0]);
  if (!held.ok()) return held.status();
  const auto stored_types = postgres::PermitTypesOf((*facts)[1], city, types_);
  if (!stored_types.ok()) return stored_types.status();
  if (stored_types->empty() || held->empty()) {
    return absl::InternalError("places of a type that is not known");
  }
  std::map<int64_t, std::shared_ptr<const domain::PermitType>> types;
  for (const auto& one : *stored_types) types[one.version] = one.type;
  const auto counted = postgres::PermitCountsOf((*facts)[2]);
  if (!counted.ok()) return counted.status();
  const auto queue = postgres::FirstWaitingOf((*facts)[3]);
  if (!queue.ok()) return queue.status();
  // How many places there are is told by the present version, the last.
  const domain::PermitArea* present = stored_types->back().type->Area(area);
  int64_t left = present == nullptr ? 0
                 : present->places == 0
                     ? kOffered
                     : std::max<int64_t>(present->places - held->front().held, 0);

  const domain::PermitMoment moment{counted->now, *zone};
  std::vector<StoredPermit> changed;
  std::vector<PermitEvent> events;
  // Whoever began to wait since its permit could have been locked comes at the next look, as does
  // whoever is more than one look takes.
  bool more = static_cast<int64_t>(queue->size()) == kOffered;
  for (const domain::PermitId& id : *queue) {
    if (left == 0) break;
    const auto it = std::find_if(permits->begin(), permits->end(),
                                 [&](const StoredPermit& one) { return one.permit.id == id; });
    if (it == permits->end()) {
      more = true;
      break;
    }
    // It waits by its own version; the present one may know no waiting list any more.
    const domain::PermitType& own = *types.at(it->permit.type_version);
    if (absl::Status offered = domain::Offer(own, moment, it->permit); !offered.ok()) {
      return offered;
    }
    it->permit.told_until = std::max(it->permit.told_until, moment.now);
    events.push_back(EventOf(*it, domain::PermitEventKind::kOffered, moment.now));
    it->due_time = DueTime(it->permit, own, *zone);
    changed.push_back(std::move(*it));
    --left;
  }
  std::vector<Command> writes;
  const bool none_left = left == 0 && static_cast<int64_t>(changed.size()) < kOffered;
  if (!more || none_left) {
    writes.push_back(postgres::DeleteDueWork(city, {work.number}));
  }
  if (!changed.empty()) {
    writes.push_back(postgres::UpdatePermits(city, changed));
    writes.push_back(postgres::InsertPermitEvents(city, events, {kRegisterActor, ""}));
  }
  return transaction.RunAndCommit(writes).status();
}

}  // namespace stadspoort::permits
