#pragma once

// S2's index, as the system's library was built. Under the address sanitizer Abseil's B-tree, which
// it is made of, has one field more in our objects than in the library's.
#pragma push_macro("ABSL_HAVE_ADDRESS_SANITIZER")
#undef ABSL_HAVE_ADDRESS_SANITIZER
#include "absl/container/btree_map.h"
#pragma pop_macro("ABSL_HAVE_ADDRESS_SANITIZER")

#include "s2/mutable_s2shape_index.h"
