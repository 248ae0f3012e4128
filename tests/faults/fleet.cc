#include "tests/faults/fleet.h"

#include <utility>

#include "tests/integration/register.h"

namespace stadspoort::faults {

Fleet::Fleet(const Database& database, std::vector<Member> members)
    : database_(database), members_(std::move(members)) {
  daemons_.resize(members_.size());
  for (size_t i = 0; i < members_.size(); ++i) Start(i);
}

Fleet::~Fleet() = default;

std::vector<std::string> Fleet::Addresses() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> addresses;
  for (size_t i = 0; i < daemons_.size(); ++i) {
    if (daemons_[i] != nullptr && !hidden_.contains(i)) addresses.push_back(daemons_[i]->address());
  }
  return addresses;
}

pid_t Fleet::pid(size_t number) const { return daemons_[number]->pid(); }

std::string Fleet::Log(size_t number) const { return daemons_[number]->Log(); }

std::string Fleet::Kill(size_t number) {
  daemons_[number]->Kill();
  std::string log = daemons_[number]->Log();
  const std::lock_guard lock(mutex_);
  daemons_[number] = nullptr;
  return log;
}

void Fleet::Hide(size_t number) {
  const std::lock_guard lock(mutex_);
  hidden_.insert(number);
}

void Fleet::Show(size_t number) {
  const std::lock_guard lock(mutex_);
  hidden_.erase(number);
}

void Fleet::Start(size_t number, Ready ready) {
  testing::Place place = database_.get().place();
  const Member& member = members_[number];
  if (!member.conninfo.empty()) place.conninfo = member.conninfo;
  auto started = std::make_unique<testing::Daemon>(place, member.options, ready == Ready::kYes);
  const std::lock_guard lock(mutex_);
  daemons_[number] = std::move(started);
}

}  // namespace stadspoort::faults
