#include "tests/faults/burner.h"

#include "absl/strings/str_cat.h"

namespace stadspoort::faults {

Burner::Burner(const std::string& conninfo) : sql_(conninfo) {
  sql_.Value("CREATE TEMPORARY TABLE burnt (n integer)");
}

int64_t Burner::Burn(int count) {
  sql_.Value("BEGIN");
  // Only a subtransaction that writes takes an id; of a temporary table nothing is logged.
  sql_.Value(
      absl::StrCat("DO $$ BEGIN FOR i IN 1..", count,
                   " LOOP BEGIN INSERT INTO burnt VALUES (i); EXCEPTION WHEN division_by_zero "
                   "THEN NULL; END; END LOOP; END $$"));
  return NextXid(sql_);
}

int64_t NextXid(Sql& sql) {
  return sql.Number("SELECT pg_snapshot_xmax(pg_current_snapshot())::text");
}

}  // namespace stadspoort::faults
