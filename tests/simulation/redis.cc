#include "tests/simulation/redis.h"

namespace stadspoort::simulation {

const Redis::Generation* Redis::Find(const std::string& name) const {
  for (const Generation& generation : now_.generations) {
    if (!name.empty() && generation.name == name) return &generation;
  }
  return nullptr;
}

Redis::Generation& Redis::Keys(const std::string& name) {
  for (Generation& generation : now_.generations) {
    if (generation.name == name) return generation;
  }
  // The oldest expires, but not that which is in use.
  do {
    replaced_ = (replaced_ + 1) % now_.generations.size();
  } while (now_.marked && now_.generations[replaced_].name == now_.watermark.generation);
  Generation& generation = now_.generations[replaced_];
  generation = Generation();
  generation.name = name;
  return generation;
}

Entries Redis::entries() const {
  const Generation* generation = now_.marked ? Find(now_.watermark.generation) : nullptr;
  return generation != nullptr ? generation->entries : Entries{};
}

void Redis::Keep() {
  last_ = (last_ + 1) % before_.size();
  before_[last_] = now_;
  kept_ = kept_ < before_.size() ? kept_ + 1 : kept_;
}

bool Redis::Apply(const std::string& after, const protocol::Watermark& watermark,
                  const Entries& entries, SubjectSet changed) {
  const bool follows = now_.marked && now_.watermark.generation == watermark.generation &&
                       now_.watermark.tick == after;
  if (rules_.Has(protocol::Rule::kTicksChained) && !follows) return false;
  Keep();
  Generation& generation = Keys(watermark.generation);
  for (int subject = 0; subject < kSubjects; ++subject) {
    if (!Contains(changed, subject)) continue;
    const auto at = static_cast<size_t>(subject);
    Entry& held = generation.entries[at];
    if (held.version >= entries[at].version) continue;
    held = entries[at];
    Entry& highest = generation.highest[at];
    if (held.version < highest.version) went_back_ = true;
    if (held.version > highest.version) highest = held;
    if (!rules_.Has(protocol::Rule::kVersionsKept) && !oracle_.permitted(held.write)) {
      held = Entry();
    }
  }
  now_.marked = true;
  now_.watermark = watermark;
  return true;
}

void Redis::Fill(const std::string& name, const Entries& entries) {
  Keep();
  Generation& generation = Keys(name);
  generation.entries = entries;
  generation.highest = entries;
}

bool Redis::Mark(const std::string& expected, const protocol::Watermark& watermark) {
  if ((now_.marked ? now_.watermark.tick : "") != expected) return false;
  // Lost after it was filled.
  if (Find(watermark.generation) == nullptr) return false;
  Keep();
  now_.marked = true;
  now_.watermark = watermark;
  return true;
}

void Redis::ForgetHighest() {
  for (Generation& generation : now_.generations) generation.highest = generation.entries;
}

void Redis::LoseEverything() {
  now_ = State();
  dump_ = State();
  kept_ = 0;
}

bool Redis::LoseSuffix(Random& random) {
  if (kept_ == 0) return false;
  const auto back = static_cast<size_t>(random.Below(static_cast<int>(kept_)));
  last_ = (last_ + before_.size() - back) % before_.size();
  now_ = before_[last_];
  last_ = (last_ + before_.size() - 1) % before_.size();
  kept_ -= back + 1;
  ForgetHighest();
  return true;
}

bool Redis::LoseKey(int subject) {
  if (!now_.marked || Find(now_.watermark.generation) == nullptr) return false;
  Entry& entry = Keys(now_.watermark.generation).entries[static_cast<size_t>(subject)];
  if (entry.version == 0) return false;
  entry = Entry();
  lost_keys_of_ = now_.watermark.generation;
  ForgetHighest();
  return true;
}

bool Redis::RestoreDump() {
  if (!dump_.marked) return false;
  now_ = dump_;
  kept_ = 0;
  ForgetHighest();
  return true;
}

}  // namespace stadspoort::simulation
