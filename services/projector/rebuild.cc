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
  stop_ = true;
  thread_.join();
}

void Rebuild::Run() {
  const absl::Status filled = Fill();
  if (!filled.ok()) {
    header_.reset();
    if (log_) {
      log_(postgres::LogLevel::kWarning,
           absl::StrCat("Redis was not filled anew: ", filled.ToString()));
    }
  }
  over_ = true;
}

absl::Status Rebuild::Fill() {
  const postgres::Deadline deadline = postgres::Deadline::After(postgres::kLoadPatience);
  auto connection = postgres::Connection::Connect(postgres::LoaderOptions(postgres_, "projector"),
                                                  deadline, log_);
  if (!connection.ok()) return connection.status();
  auto redis = redis::Connection::Connect(redis_, kRedisPatience, {});
  if (!redis.ok()) return redis.status();

  redis::ProjectionWriter writer(prefix_);
  redis::ProjectionWriter::Batch batch;
  postgres::LoadSink sink;
  const auto write = [&] {
    absl::Status written = writer.Fill(**redis, order_.generation, batch, kRedisPatience);
    batch.rules.clear();
    batch.groups.clear();
    return stop_ ? absl::CancelledError("stopping") : written;
  };
  sink.rules = [&](const postgres::RegisterAnswer& moment, std::vector<postgres::RulesRead> rules) {
    header_ = moment.header;
    batch.register_time = moment.register_time;
    for (const postgres::RulesRead& city : rules) {
      batch.look_back[city.city] = city.stored.settings.look_back;
    }
    batch.rules = std::move(rules);
    return write();
  };
  sink.plates = [&](std::vector<postgres::PlateGroup> groups) {
    batch.groups = std::move(groups);
    return write();
  };
  if (absl::Status loaded = postgres::LoadRegister(**connection, {}, sink, deadline);
      !loaded.ok()) {
    return loaded;
  }
  const std::optional<protocol::Watermark> watermark = finish_(*header_);
  if (!watermark) return absl::AbortedError("what was loaded cannot be relied on");
  const absl::StatusOr<bool> set =
      writer.SetWatermark(**redis, order_.expected, *watermark, kRedisPatience);
  if (!set.ok()) return set.status();
  if (!*set) return absl::AbortedError("another projector has written to Redis meanwhile");
  return writer.RemoveOthers(**redis, order_.generation, kRedisPatience);
}

}  // namespace stadspoort::projector
