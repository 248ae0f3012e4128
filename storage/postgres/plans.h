#pragma once

#include "storage/postgres/client/connection.h"

namespace stadspoort::postgres {

// For sessions that look rows up by key, which is all that services do. A plan is made once and
// kept: one that was made while a table was young, or whose statistics lag behind an import, would
// read the whole table for every row ever after. So plans walk indexes, whatever the statistics
// say.
inline void PlanByKey(ConnectionOptions& options) {
  for (const char* way : {"enable_seqscan", "enable_hashjoin", "enable_mergejoin"}) {
    options.settings.emplace_back(way, "off");
  }
}

// For sessions that read whole tables: never row by row.
inline void PlanForLoad(ConnectionOptions& options) {
  options.settings.emplace_back("enable_nestloop", "off");
}

}  // namespace stadspoort::postgres
