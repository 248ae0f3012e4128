#pragma once

#include <optional>
#include <string>

#include "storage/protocol/projector.h"
#include "tests/simulation/call.h"

namespace stadspoort::simulation {

class World;

// A projector: the machine, and the edge that does what it says. A rebuild of Redis goes on beside
// it, on a session of its own.
class ProjectorProcess {
 public:
  ProjectorProcess(World& world, int index, int slowness);

  bool paused = false;
  int incarnation() const { return incarnation_; }
  bool Poll();
  void OnAnswer(const Call& call);
  void Crash();
  Micros NextAt() const { return wait_until_; }

  bool active() const { return machine_->active(); }
  bool in_step() const { return machine_->in_step(); }
  bool at_rest() const { return doing_ == 0; }
  const protocol::StateRow& row() const { return machine_->row(); }
  const std::optional<Session>& session() const { return session_; }

 private:
  using Action = protocol::Projector::Action;

  void Start();
  Moment Now() const;
  Owner owner() const;
  bool Do(const Action& action);
  void CloseSession();
  void OnSessionCall(const Call& call);
  void OnRedisCall(const Call& call);
  void StartRebuild();
  void OnRebuildCall(const Call& call);
  void FinishRebuild(const std::optional<protocol::Header>& header);

  World& world_;
  const int index_of_;
  const int slowness_;
  int incarnation_ = 0;
  Micros clock_offset_ = 0;
  std::optional<protocol::Projector> machine_;
  std::optional<Session> session_;
  int doing_ = 0;    // the serial of the action's call; 0: none
  int rebuild_ = 0;  // of the rebuild's
  Micros wait_until_ = 0;
  // What was read last.
  Entries entries_{};
  SubjectSet changed_ = 0;
  protocol::Projector::Rebuild order_;
  protocol::Header loaded_;
  protocol::Watermark watermark_;
};

}  // namespace stadspoort::simulation
