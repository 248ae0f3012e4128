#pragma once

#include <string_view>

namespace stadspoort::postgres {

// One SQL statement of the tree. `name` is the prepared statement's name and also the metric's and
// the span's; at most 63 bytes. Both views must have static storage: a connection remembers them
// for as long as it lives. Made by stadspoort_embed_sql from one .sql file each.
struct Statement {
  std::string_view name;
  std::string_view text;
};

// One migration, NNNN_slug.sql, made by stadspoort_embed_migrations. The text may hold several
// statements; it is run by Transaction::RunScript.
struct Migration {
  int number;
  std::string_view slug;
  std::string_view text;
};

}  // namespace stadspoort::postgres
