#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

namespace stadspoort::testing {
class Daemon;
}  // namespace stadspoort::testing

namespace stadspoort::faults {

// Asks one daemon the simplest questions, to see when it answers again: in a city of its own, about
// a plate with a right and one without. An answer that is false fails the test.
class Probe {
 public:
  static constexpr char kCity[] = "probe";

  // Founds the city and enrols the right.
  explicit Probe(const testing::Daemon& daemon);

  // Both plates are answered truly under STRONG.
  bool AnswersDefinitely(const testing::Daemon& daemon) const;
  // The plate with the right is answered from Redis.
  bool AnswersFromRedis(const testing::Daemon& daemon) const;
  // A new right is acknowledged.
  bool Writes(const testing::Daemon& daemon) const;
  // References of the rights that were acknowledged to it.
  std::vector<std::string> Acknowledged() const;
  // Enrols and waits for as long as it takes: "OK", or code and reason of the refusal.
  std::string Enrol(const testing::Daemon& daemon, const std::string& reference) const;

 private:
  void Keep(const std::string& reference) const;

  mutable std::atomic<int> written_ = 0;
  mutable std::mutex mutex_;
  mutable std::vector<std::string> acknowledged_;  // under mutex_
};

// A city like the probe's.
void FoundCity(const testing::Daemon& daemon, const std::string& city);

}  // namespace stadspoort::faults
