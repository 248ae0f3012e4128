#pragma once

#include <memory>
#include <utility>

#include "services/domain/zone.h"

namespace stadspoort::domain {

// A zone version that successive rules of a city share: a copy costs nothing. Immutable; safe to
// read from any thread.
class SharedZone {
 public:
  explicit SharedZone(ZoneVersion zone)
      : zone_(std::make_shared<const ZoneVersion>(std::move(zone))) {}

  const ZoneVersion& operator*() const { return *zone_; }
  const ZoneVersion* operator->() const { return zone_.get(); }

  // Whether both say the same. Copies are told at once.
  friend bool operator==(const SharedZone& a, const SharedZone& b) {
    return a.zone_ == b.zone_ || *a == *b;
  }

 private:
  std::shared_ptr<const ZoneVersion> zone_;  // never null
};

}  // namespace stadspoort::domain
