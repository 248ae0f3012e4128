#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "storage/protocol/replica.h"
#include "tests/simulation/call.h"
#include "tests/simulation/tally.h"

namespace stadspoort::simulation {

class World;

// A check replica: the machine, and the edge that production has around it: sessions, the memory
// index, Redis, and the ladder.
class ReplicaProcess {
 public:
  ReplicaProcess(World& world, int index, int slowness);

  bool paused = false;
  int incarnation() const { return incarnation_; }
  // What it does of its own accord. False: nothing to do.
  bool Poll();
  void OnAnswer(const Call& call);
  void Crash();
  // When Poll may have something to do without anything else happening.
  Micros NextAt() const;

  // A check begins; it goes on by StepCheck. False: there are enough.
  bool BeginCheck(int subject, bool strong);
  // One of its checks looks at memory or asks Redis.
  bool StepCheck();
  // The caller of one waits no longer.
  bool LeaveSomeCheck();

  // What is gone from the index is seen when somebody asks for it. False: it was not there.
  bool LoseEntry(int subject);

  // ---- of the world at rest
  bool hosts() const { return hosts_; }
  bool fresh() const;
  bool idle() const;  // no check waits
  const Entries& index() const { return index_; }
  uint64_t unknown() const { return unknown_; }

 private:
  static constexpr size_t kChecks = 6;
  struct Check {
    enum class Stage : uint8_t { kFree, kBegun, kRedis, kRecord, kParked };
    Stage stage = Stage::kFree;
    bool strong = false;
    int subject = 0;
    int call = 0;
    protocol::Replica::Ticket ticket = 0;
    Moment began;
    Micros began_true = 0;
    int floor = kNoWrite;
  };

  void Start();
  Moment Now() const;
  Owner owner() const;
  void Disconnect();
  void OnStatement(const Call& call);
  void OnLoad(const Call& call);
  void OnLook(const Call& call);
  bool InStepEnough(const Check& check, const Call& call) const;
  void ApplyDelta(const Call& call, SubjectSet left_out);
  void CompareWithRows(const Call& call, const std::vector<protocol::Replica::Ticket>& tickets);
  // In replica_aside.cc.
  SubjectSet LeftOutOf(const Call& call, const protocol::Replica::Settled& settled);
  bool ReadBeside();
  void OnReadBeside(const Call& call);
  void ForgetAside();
  void LookInMemory(Check& check);
  void Join(Check& check);
  Check* Find(protocol::Replica::Ticket ticket);
  void Decide(Check& check, const Entry& entry, Rung rung);
  void AnswerUnknown(Check& check);
  void AnswerUnknown(const std::vector<protocol::Replica::Ticket>& tickets);

  World& world_;
  const int index_of_;
  const int slowness_;
  const bool hosts_;  // else memory never loads, and Redis answers
  int incarnation_ = 0;
  Micros clock_offset_ = 0;
  std::optional<protocol::Replica> machine_;
  std::optional<Session> session_;
  // Serials of the calls that are waited for; 0: none.
  int connecting_ = 0;
  int statement_ = 0;
  int load_ = 0;
  Micros connect_at_ = 0;
  Micros load_at_ = 0;
  Entries index_{};
  bool damaged_ = false;  // the index, by the adversary
  // The large subject, where a statement may leave it out: then memory does not answer for it, and
  // checks are parked, until it was read beside.
  const bool leaves_out_;
  bool aside_ = false;       // out of the index
  bool wanted_ = false;      // to be read beside
  bool beside_ = false;      // was read: into the index with the next delta
  bool read_large_ = false;  // by the last statement
  int reading_beside_ = 0;
  Micros beside_at_ = 0;
  Entry known_;  // what changes go on from, of this epoch
  std::string known_epoch_;
  std::array<Check, kChecks> checks_;
  protocol::Replica::Ticket tickets_ = 0;
  uint64_t unknown_ = 0;
};

}  // namespace stadspoort::simulation
