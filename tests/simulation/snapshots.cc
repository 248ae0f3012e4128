#include "tests/simulation/snapshots.h"

#include <algorithm>
#include <charconv>

#include "absl/strings/str_cat.h"

namespace stadspoort::simulation {

std::string Snapshot::Text() const {
  Xid xmin = xmax;
  std::string list;
  for (int i = 0; i < count; ++i) {
    xmin = std::min(xmin, xip[static_cast<size_t>(i)]);
    absl::StrAppend(&list, i == 0 ? "" : ",", xip[static_cast<size_t>(i)]);
  }
  return absl::StrCat(xmin, ":", xmax, ":", list);
}

std::string Snapshots::Name(const Snapshot& snapshot) {
  if (all_.empty() || !(all_.back() == snapshot)) all_.push_back(snapshot);
  return absl::StrCat(all_.size() - 1);
}

const Snapshot& Snapshots::Named(std::string_view name) const {
  size_t index = 0;
  std::from_chars(name.data(), name.data() + name.size(), index);
  return all_.at(index);
}

}  // namespace stadspoort::simulation
