#include "tests/simulation/world.h"

// What a call does at Redis.
namespace stadspoort::simulation {

bool World::AtRedis(Call& call) {
  if (!redis.up) return Lose(call);
  bool done = true;
  switch (call.kind) {
    case CallKind::kLook:
    case CallKind::kInspect:
      call.marked = redis.marked();
      call.watermark = redis.watermark();
      call.entries = redis.entries();
      break;
    case CallKind::kApply:
      done = redis.Apply(call.expected, call.watermark, call.entries, call.changed);
      if (options.monitors && redis.went_back())
        Fail(Oracle::Rule::kRedis, "an entry in Redis went back in time");
      break;
    case CallKind::kFill:
      redis.Fill(call.watermark.generation, call.entries);
      break;
    case CallKind::kMark:
      done = redis.Mark(call.expected, call.watermark);
      break;
    default:
      break;
  }
  return AnswerWith(call, done ? Outcome::kDone : Outcome::kRefused);
}

}  // namespace stadspoort::simulation
