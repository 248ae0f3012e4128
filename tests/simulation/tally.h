#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace stadspoort::simulation {

enum class Strike : size_t {
  kPauseReplica,
  kCrashReplica,
  kIndexLosesEntry,
  kPauseProjector,
  kCrashProjector,
  kTwoProjectors,
  kPausePostgres,
  kCrashPostgres,
  kPromote,
  kCancelWaits,
  kStaleRoute,
  kKillSession,
  kIdleTransaction,
  kNewStateFile,
  kCutStandby,
  kRedisLosesAll,
  kRedisLosesSuffix,
  kRedisLosesKey,
  kRedisOldDump,
  kRedisAway,
  kLoseMessage,
  kDelayMessage,
  kDuplicateApply,
  kTimeJump,
  kCount,
};
inline constexpr auto kStrikes = static_cast<size_t>(Strike::kCount);
const char* Name(Strike strike);

enum class Decision : size_t { kPermitted, kNotPermitted, kUnknown, kCount };
enum class Rung : size_t { kMemory, kRedis, kRecord, kNone, kCount };

// What happened in a run, or in many.
struct Tally {
  uint64_t seeds = 0;
  uint64_t steps = 0;
  uint64_t strikes = 0;
  uint64_t writes = 0;  // acknowledged
  uint64_t epochs = 0;
  uint64_t rebuilds = 0;
  uint64_t loads = 0;
  uint64_t beside = 0;  // reads of what statements left out
  std::array<uint64_t, kStrikes> by_strike{};
  std::array<std::array<uint64_t, static_cast<size_t>(Rung::kCount)>,
             static_cast<size_t>(Decision::kCount)>
      checks{};

  void Add(const Tally& other);
  std::string Text() const;
};

}  // namespace stadspoort::simulation
