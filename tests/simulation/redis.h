#pragma once

#include <array>
#include <string>

#include "storage/protocol/projector.h"
#include "tests/simulation/model.h"
#include "tests/simulation/oracle.h"
#include "tests/simulation/random.h"

namespace stadspoort::simulation {

// What Redis holds: a watermark, and entries under the keys of a few generations.
class Redis {
 public:
  Redis(const protocol::Rules& rules, const Oracle& oracle) : rules_(rules), oracle_(oracle) {}

  bool up = true;

  bool marked() const { return now_.marked; }
  const protocol::Watermark& watermark() const { return now_.watermark; }
  // Of the watermark's generation; absent ones have version 0.
  Entries entries() const;

  // The projector's batch, all or nothing. False: it does not follow on what is held.
  bool Apply(const std::string& after, const protocol::Watermark& watermark, const Entries& entries,
             SubjectSet changed);
  // A rebuild: entries first, then the watermark, if it is still the expected one and the entries
  // are still there.
  void Fill(const std::string& generation, const Entries& entries);
  bool Mark(const std::string& expected, const protocol::Watermark& watermark);

  // ---- what may befall it
  void LoseEverything();
  bool LoseSuffix(Random& random);
  bool LoseKey(int subject);
  void Dump() { dump_ = now_; }
  bool RestoreDump();
  // The generation that lost keys last: what is missing there is nobody's fault.
  bool LostKeysOf(const std::string& generation) const { return generation == lost_keys_of_; }

  // An entry went back to an older version, within a generation, and nothing was lost.
  bool went_back() const { return went_back_; }

 private:
  struct Generation {
    std::string name;
    Entries entries{};
    Entries highest{};  // that was ever held
  };
  struct State {
    bool marked = false;
    protocol::Watermark watermark;
    std::array<Generation, 3> generations;
  };
  const Generation* Find(const std::string& name) const;
  Generation& Keys(const std::string& name);
  void Keep();
  void ForgetHighest();

  const protocol::Rules rules_;
  const Oracle& oracle_;
  State now_;
  State dump_;
  std::array<State, 6> before_;  // the last few changes, newest at before_[last_]
  size_t last_ = 0;
  size_t kept_ = 0;
  size_t replaced_ = 0;
  std::string lost_keys_of_ = "-";
  bool went_back_ = false;
};

}  // namespace stadspoort::simulation
