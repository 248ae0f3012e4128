#pragma once

#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "tests/simulation/call.h"
#include "tests/simulation/model.h"
#include "tests/simulation/oracle.h"
#include "tests/simulation/postgres.h"
#include "tests/simulation/random.h"
#include "tests/simulation/redis.h"
#include "tests/simulation/tally.h"

namespace stadspoort::simulation {

class ReplicaProcess;
class ProjectorProcess;

// Everything there is in one run: servers, processes, calls between them, and the true time. What
// happens next is not its business.
class World {
 public:
  World(uint64_t seed, const Options& options, std::ostream* trace);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  const Options options;
  Random random;
  Oracle oracle;
  Snapshots snapshots;
  Tally tally;
  Micros now = 0;

  // ---- servers
  std::deque<Server> servers;  // by id; the last one is the primary
  Server& primary() { return servers.back(); }
  int route = 0;       // the server that new sessions go to
  bool mixed = false;  // some of them go to any
  Redis redis;
  void Promote();

  // ---- processes
  std::vector<std::unique_ptr<ReplicaProcess>> replicas;
  std::vector<std::unique_ptr<ProjectorProcess>> projectors;

  // ---- calls
  // A call on its way; what is asked is filled in by the caller.
  Call& Send(CallKind kind, const Owner& owner, const Session& session);
  // A session that does not exist yet.
  Session NewSession(int server);
  Session NewSession();  // where the route leads
  size_t calls() const { return active_.size(); }
  Call& call(size_t index) { return *active_[index]; }
  // One phase further. False: it cannot move.
  bool Advance(Call& call);
  // Its owner waits no longer. It may be done all the same, now or much later.
  void GiveUp(Call& call);
  // What a client was told to do once is done twice.
  Call& Duplicate(const Call& call);
  // The message is lost, whatever it was.
  void Drop(Call& call);

  // ---- sessions
  // The server closes it; its client will see when it next uses it.
  void Kill(int session);
  // The client has gone; the server will see some time.
  void Leave(const Session& session) { departed_.push_back(session.id); }
  // The server notices, unless it is busy for that session.
  void NoticeDepartures();

  // ---- what is found
  bool failed() const { return failure_ != Oracle::Rule::kNone; }
  Oracle::Rule failure() const { return failure_; }
  const std::string& why() const { return why_; }
  void Fail(Oracle::Rule rule, std::string why);
  bool tracing() const { return trace_ != nullptr; }
  void Trace(const std::string& line);

  std::string NewId(char kind);

 private:
  bool Move(Call& call);
  void TraceCall(const Call& call, Call::Phase before);
  void Release(Call& call);
  bool Lose(Call& call);
  bool AnswerWith(Call& call, Outcome outcome);
  void Deliver(Call& call);
  bool Deliverable(const Call& call) const;

  bool Busy(int session) const;
  bool Killed(int session) const;

  // In world_postgres.cc.
  bool AtServer(Call& call);
  bool Execute(Call& call, Server& server);
  bool Elect(Call& call, Server& server);
  bool TakeLock(Call& call, Server& server);
  bool Commit(Call& call, Server& server);
  bool AwaitStandby(Call& call, Server& server);
  bool Committed(Call& call, const Server& server, bool safe);
  bool Read(Call& call, const Server& server);
  void FillHeader(Call& call, const Server& server);
  // In world_redis.cc.
  bool AtRedis(Call& call);

  std::ostream* const trace_;
  std::deque<Call> pool_;
  std::vector<Call*> free_;
  std::vector<Call*> active_;
  std::vector<int> departed_;
  std::vector<int> killed_;
  int serial_ = 0;
  int sessions_ = 0;
  int ids_ = 0;
  Oracle::Rule failure_ = Oracle::Rule::kNone;
  std::string why_;
};

}  // namespace stadspoort::simulation
