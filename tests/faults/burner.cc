#include "tests/faults/burner.h"

#include <libpq-fe.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

namespace stadspoort::faults {
namespace {

constexpr char kNext[] = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text";
// Only a subtransaction that writes takes an id, and only one that is over moves the bound of a
// snapshot. The log learns of it with the next flush, which nobody here asks for.
constexpr char kBurn[] =
    "CREATE TEMPORARY TABLE burnt (n integer);"
    "DO $$ BEGIN FOR i IN 1..1000000 LOOP EXIT WHEN clock_timestamp() > now() + interval '3 s';"
    "  BEGIN INSERT INTO burnt VALUES (i); PERFORM 1 / 0;"
    "  EXCEPTION WHEN division_by_zero THEN NULL; END;"
    "END LOOP; END $$";

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
using Session = std::unique_ptr<PGconn, Finish>;

Session Connect(const std::string& conninfo) {
  Session session(PQconnectdb(conninfo.c_str()));
  // That the server crashes is no news.
  PQsetNoticeProcessor(
      session.get(), [](void*, const char*) {}, nullptr);
  return session;
}

}  // namespace

Burner::Burner(std::string conninfo)
    : conninfo_(std::move(conninfo)), looker_([this] { Look(); }), burner_([this] { Burn(); }) {}

Burner::~Burner() {
  if (looker_.joinable()) Seen();
}

void Burner::Burn() const {
  const Session session = Connect(conninfo_);
  PQclear(PQexec(session.get(), kBurn));
}

void Burner::Look() {
  const Session session = Connect(conninfo_);
  while (!stopping_) {
    PGresult* result = PQexec(session.get(), kNext);
    const bool ok = PQresultStatus(result) == PGRES_TUPLES_OK;
    if (ok) seen_ = std::max<int64_t>(seen_, std::atoll(PQgetvalue(result, 0, 0)));
    PQclear(result);
    if (!ok) return;
  }
}

int64_t Burner::Seen() {
  stopping_ = true;
  looker_.join();
  burner_.join();
  return seen_;
}

int64_t RecoveredXid(Sql& sql) {
  return sql.Number("SELECT split_part(next_xid, ':', 2) FROM pg_control_checkpoint()");
}

}  // namespace stadspoort::faults
