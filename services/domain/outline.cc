#include "services/domain/outline.h"

#include <mutex>
#include <utility>

#include "services/domain/prepared_outline.h"

namespace stadspoort::domain {

struct Outline::Shared {
  explicit Shared(GeoArea given) : area(std::move(given)), box(BoxOf(area)) {}

  const GeoArea area;
  const GeoBox box;
  mutable std::once_flag once;
  mutable std::unique_ptr<const PreparedOutline> prepared;
};

Outline::Outline(GeoArea area) {
  // As they were read they may have room for twice as many.
  for (GeoPolygon& polygon : area) {
    polygon.outer.shrink_to_fit();
    for (GeoRing& hole : polygon.holes) hole.shrink_to_fit();
  }
  shared_ = std::make_shared<const Shared>(std::move(area));
}

const GeoArea& Outline::area() const {
  static const GeoArea& nothing = *new GeoArea();
  return shared_ == nullptr ? nothing : shared_->area;
}

const GeoBox& Outline::box() const {
  static constexpr GeoBox kNothing;
  return shared_ == nullptr ? kNothing : shared_->box;
}

const PreparedOutline& Outline::prepared() const {
  static const PreparedOutline& nothing = *new PreparedOutline({});
  if (shared_ == nullptr) return nothing;
  std::call_once(shared_->once, [this] {
    shared_->prepared = std::make_unique<const PreparedOutline>(shared_->area);
  });
  return *shared_->prepared;
}

bool operator==(const Outline& a, const Outline& b) {
  return a.shared_ == b.shared_ || a.area() == b.area();
}

}  // namespace stadspoort::domain
