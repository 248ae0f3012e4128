#pragma once

#include <cstdint>
#include <string>

#include "tests/faults/database.h"

namespace stadspoort::faults {

// Takes transaction ids that a crash gives back: of a transaction with many subtransactions that
// never commits, so that the log of the server knows nothing of them.
class Burner {
 public:
  explicit Burner(const std::string& conninfo);
  // The transaction stays open. Gives the next id that the server would hand out.
  int64_t Burn(int count);

 private:
  Sql sql_;
};

// The next transaction id that the server hands out.
int64_t NextXid(Sql& sql);

}  // namespace stadspoort::faults
