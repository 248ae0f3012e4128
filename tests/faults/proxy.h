#pragma once

#include <atomic>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

// The name of a service in life: PostgreSQL's socket in a folder of its own, behind which stands
// one server or another. Whoever is connected stays where he is.
namespace stadspoort::faults {

class Proxy {
 public:
  // `target`: the folder of the server's socket.
  Proxy(const std::string& folder, std::string target);
  ~Proxy();
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  // Of connections that are opened from now on.
  void Route(std::string target);

 private:
  void Accept();
  void Carry(int client);
  std::string Target();
  // False when it is being stopped: the sockets are closed.
  bool Keep(int client, int server);
  void Forget(int client, int server);

  int listener_ = -1;
  std::mutex mutex_;
  bool stopping_ = false;  // under mutex_, as are:
  std::string target_;
  std::set<int> open_;
  std::vector<std::thread> carriers_;  // of the accepting thread
  std::thread acceptor_;
};

}  // namespace stadspoort::faults
