// Loads of memory: beside the statements, on a session and a thread of their own.
#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "storage/ladder/follower.h"
#include "storage/ladder/rules_keeper.h"

namespace stadspoort::ladder {
namespace {

constexpr std::chrono::milliseconds kReload(500);

Moment Now() { return BootClock::now(); }

}  // namespace

void Follower::StartLoad() {
  replica_.OnLoadStarted(Now());
  ++stats_.loads;
  load_ = Loaded();
  load_.sent = Now();
  loader_ = std::thread([this] {
    Load();
    load_over_ = true;
    wake_.notify_one();
  });
}

void Follower::Load() {
  const Deadline deadline = Deadline::After(postgres::kLoadPatience);
  auto connection = postgres::Connection::Connect(
      postgres::LoaderOptions(options_.postgres, "ladder"), deadline, log_);
  if (!connection.ok()) {
    load_.status = connection.status();
    return;
  }
  const postgres::Interruptible interruptible(load_interrupt_, **connection);
  if (stop_load_) {
    load_.status = absl::CancelledError("stopping");
    return;
  }
  load_.index = std::make_unique<Index>();
  std::vector<Index::Garbage> garbage;  // nobody else sees this index yet
  Moment sent = load_.sent;             // what comes next was asked for after this
  postgres::LoadSink sink;
  sink.rules = [&](const postgres::RegisterAnswer& moment,
                   std::vector<postgres::RulesRead> cities) {
    load_.sent = sent;
    load_.header = moment;
    for (postgres::RulesRead& read : cities) {
      const domain::CityCode city = read.city;
      const CityRulesPtr held = load_.index->RulesOf(city);
      if (held != nullptr && read.stored.settings.look_back > held->settings().look_back) {
        return absl::AbortedError("a city looks further back than what was loaded");
      }
      const absl::StatusOr<CityRulesPtr> rules = JoinRules(nullptr, std::move(read), keyring_);
      // A city whose plate key is not here is not kept: its checks are told so.
      load_.index->PutRules(city, rules.ok() ? *rules : nullptr, garbage);
    }
    return absl::OkStatus();
  };
  sink.plates = [&](std::vector<postgres::PlateGroup> groups) {
    for (postgres::PlateGroup& group : groups) load_.index->Put(std::move(group), garbage);
    for (const Index::Garbage& free : garbage) free();
    garbage.clear();
    sent = Now();
    return stop_load_ ? absl::CancelledError("stopping") : absl::OkStatus();
  };
  load_.status = postgres::LoadRegister(**connection, options_.hosted, sink, deadline);
  if (!load_.status.ok())
    (*connection)->LeaveUncancelled();  // a cancel may hang where the load did
  for (const Index::Garbage& free : garbage) free();
}

void Follower::FinishLoad() {
  loader_.join();
  load_over_ = false;
  load_at_ = Now() + kReload;
  if (!load_.status.ok()) {
    Log(postgres::LogLevel::kWarning,
        absl::StrCat("memory was not loaded: ", load_.status.ToString()));
    memory_.Free(std::move(load_.index));
    const std::lock_guard lock(mutex_);
    replica_.OnLoadFailed();
    return;
  }
  {
    std::unique_lock lock(mutex_);
    if (!replica_.OnLoaded(load_.header.header)) {
      lock.unlock();
      Log(postgres::LogLevel::kWarning, "memory was loaded from where nothing can be relied on");
      memory_.Free(std::move(load_.index));
      return;
    }
    if (rules_epoch_ != replica_.epoch()) rules_.clear();
    rules_epoch_ = replica_.epoch();
    for (const CityRulesPtr& rules : load_.index->AllRules()) rules_[rules->code()] = rules;
  }
  Log(postgres::LogLevel::kInfo,
      absl::StrCat("memory loaded: ", load_.index->size(), " plates that read apart, ",
                   load_.index->bytes() >> 20, " MiB"));
  aside_.clear();
  memory_.Adopt(std::move(load_.index),
                {load_.sent, load_.header.header.now, load_.header.register_time});
  loaded_ = true;
}

}  // namespace stadspoort::ladder
