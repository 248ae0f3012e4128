#pragma once

#include <memory>

#include "services/domain/place.h"

namespace stadspoort::domain {

class PreparedOutline;

// The outline of a zone. Immutable, and shared by its copies together with what is made of it to
// look places up in: a copy costs nothing, however many vertices there are. Safe to read from any
// thread.
class Outline {
 public:
  Outline() = default;    // of nothing
  Outline(GeoArea area);  // NOLINT(google-explicit-constructor): an outline is an area, kept well

  const GeoArea& area() const;
  // Of nothing when there is no vertex.
  const GeoBox& box() const;

  // Made when first asked for, once for all copies. The area must have passed Validate.
  const PreparedOutline& prepared() const;

  // Whether both draw the same, vertex by vertex. Copies are told at once.
  friend bool operator==(const Outline& a, const Outline& b);

 private:
  struct Shared;

  std::shared_ptr<const Shared> shared_;  // null: of nothing
};

}  // namespace stadspoort::domain
