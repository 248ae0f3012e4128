#include "tests/faults/proxy.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <utility>

namespace stadspoort::faults {
namespace {

constexpr char kSocket[] = "/.s.PGSQL.5432";
constexpr int kBacklog = 200;

sockaddr_un AddressOf(const std::string& folder) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = folder + kSocket;
  EXPECT_LT(path.size(), sizeof address.sun_path);
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  return address;
}

int NewSocket() { return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0); }

// -1: nobody is there.
int ConnectTo(const std::string& folder) {
  const int server = NewSocket();
  const sockaddr_un address = AddressOf(folder);
  if (connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    return server;
  }
  close(server);
  return -1;
}

// What has come, to the other side. False at the end. A side that does not read holds up the other.
bool Move(int from, int to) {
  std::array<char, 65536> buffer;
  const ssize_t count = read(from, buffer.data(), buffer.size());
  for (ssize_t sent = 0; sent < count;) {
    const ssize_t more =
        send(to, buffer.data() + sent, static_cast<size_t>(count - sent), MSG_NOSIGNAL);
    if (more <= 0) return false;
    sent += more;
  }
  return count > 0;
}

}  // namespace

Proxy::Proxy(const std::string& folder, std::string target) : target_(std::move(target)) {
  std::filesystem::create_directories(folder);
  std::filesystem::remove(folder + kSocket);
  listener_ = NewSocket();
  const sockaddr_un address = AddressOf(folder);
  EXPECT_EQ(bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(listen(listener_, kBacklog), 0);
  acceptor_ = std::thread([this] { Accept(); });
}

Proxy::~Proxy() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    shutdown(listener_, SHUT_RDWR);
    for (const int open : open_) shutdown(open, SHUT_RDWR);
  }
  acceptor_.join();
  for (std::thread& carrier : carriers_) carrier.join();
  close(listener_);
}

void Proxy::Route(std::string target) {
  const std::lock_guard lock(mutex_);
  target_ = std::move(target);
}

std::string Proxy::Target() {
  const std::lock_guard lock(mutex_);
  return target_;
}

bool Proxy::Keep(int client, int server) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return false;
  open_.insert({client, server});
  return true;
}

void Proxy::Forget(int client, int server) {
  const std::lock_guard lock(mutex_);
  open_.erase(client);
  open_.erase(server);
}

void Proxy::Accept() {
  while (true) {
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    carriers_.emplace_back([this, client] { Carry(client); });
  }
}

void Proxy::Carry(int client) {
  const int server = ConnectTo(Target());
  if (server >= 0 && Keep(client, server)) {
    std::array<pollfd, 2> sides{pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
    bool open = true;
    while (open && poll(sides.data(), sides.size(), -1) > 0) {
      if (sides[0].revents != 0) open = Move(client, server);
      if (open && sides[1].revents != 0) open = Move(server, client);
    }
    Forget(client, server);
  }
  if (server >= 0) close(server);
  close(client);
}

}  // namespace stadspoort::faults
