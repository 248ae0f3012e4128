#include "services/projector/rebuild.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/postgres/client/connection.h"
#include "storage/postgres/register_read.h"
#include "storage/redis/projection.h"

namespace stadspoort::projector {
namespace {

// For one batch of entries.
constexpr absl::Duration kRedisPatience = absl::Seconds(10);

}  // namespace

Rebuild::Rebuild(protocol::Projector::Rebuild order, Finish finish, std::string postgres,
                 redis::ConnectionOptions redis, std::string prefix, postgres::LogFunction log)
    : order_(std::move(order)),
      finish_(std::move(finish)),
      postgres_(std::move(postgres)),
      redis_(std::move(redis)),
      prefix_(std::move(prefix)),
      log_(std::move(log)),
      thread_([this] { Run(); }) {}

Rebuild::~Rebuild() {
  Stop();
  thread_.join();
}

void Rebuild::Log(std::string_view what, const absl::Status& status) const {
  if (log_ && !status.ok()) {
    log_(postgres::LogLevel::kWarning, absl::StrCat(std::string(what), ": ", status.ToString()));
  }
}

void Rebuild::Run() {
  FillAndCleanUp();
  done_ = true;
}

void Rebuild::FillAndCleanUp() {
  auto redis = redis::Connection::Connect(redis_, kRedisPatience, {});
  const absl::Status filled = redis.ok() ? Fill(**redis) : redis.status();
  if (!filled.ok()) header_.reset();
  over_ = true;
  Log("Redis was not filled anew", filled);
  if (!redis.ok()) return;
  redis::ProjectionWriter writer(prefix_);
  // What was left half-done may go with the next rebuild; what it takes the place of may go now.
  if (!filled.ok())
    return Log("in Redis", writer.EndFilling(**redis, order_.generation, kRedisPatience));
  Log("Redis keeps an earlier generation",
      writer.RemoveOthers(**redis, order_.generation, stop_, kRedisPatience));
}

absl::Status Rebuild::Fill(redis::Connection& redis) {
  redis::ProjectionWriter writer(prefix_);
  // What earlier rebuilds have left would fill Redis up.
  if (absl::Status removed = writer.RemoveAbandoned(redis, stop_, kRedisPatience); !removed.ok()) {
    return removed;
  }
  if (absl::Status begun = writer.BeginFilling(redis, order_.generation, kRedisPatience);
      !begun.ok()) {
    return begun;
  }
  const Deadline deadline = Deadline::After(postgres::kLoadPatience);
  auto connection = postgres::Connection::Connect(postgres::LoaderOptions(postgres_, "projector"),
                                                  deadline, log_);
  if (!connection.ok()) return connection.status();
  const postgres::Interruptible interruptible(interrupt_, **connection);
  if (stop_) return absl::CancelledError("stopping");

  std::optional<protocol::Watermark> watermark;
  redis::ProjectionWriter::Batch batch;
  postgres::LoadSink sink;
  const auto write = [&] {
    absl::Status written = writer.Fill(redis, order_.generation, batch, kRedisPatience);
    batch.versions.clear();
    batch.groups.clear();
    return stop_ ? absl::CancelledError("stopping") : written;
  };
  sink.rules = [&](const postgres::RegisterAnswer& moment,
                   const std::vector<postgres::RulesRead>& rules) {
    // Redis must not hear of what cannot be relied on.
    watermark = finish_(moment.header);
    if (!watermark) return absl::AbortedError("what is loaded cannot be relied on");
    header_ = moment.header;
    batch.register_time = moment.register_time;
    for (const postgres::RulesRead& city : rules) {
      batch.look_back[city.city] = city.stored.settings.look_back;
      batch.versions.emplace_back(city.city, city.stored.versions);
      // Those that cannot be read are told of, and found by nobody.
      if (!city.status.ok()) continue;
      absl::Status written = writer.FillRules(redis, order_.generation, city, kRedisPatience);
      if (!written.ok()) return written;
    }
    return write();
  };
  sink.plates = [&](std::vector<postgres::PlateGroup> groups) {
    batch.groups = std::move(groups);
    return write();
  };
  if (absl::Status loaded = postgres::LoadRegister(**connection, {}, sink, deadline);
      !loaded.ok()) {
    (*connection)->LeaveUncancelled();  // a cancel may hang where the load did
    return loaded;
  }
  const absl::StatusOr<bool> set =
      writer.SetWatermark(redis, order_.expected, *watermark, kRedisPatience);
  if (!set.ok()) return set.status();
  if (!*set) return absl::AbortedError("Redis was emptied or written by another meanwhile");
  return absl::OkStatus();
}

}  // namespace stadspoort::projector
