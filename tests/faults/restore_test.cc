// The system of record is lost and a dump of it is restored on another server, while the daemons
// run on: nothing from before the dump is lost, and nobody is refused by what is half restored.
#include <gtest/gtest.h>

#include <csignal>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/faults/process.h"
#include "tests/faults/servers.h"
#include "tests/faults/service.h"
#include "tests/faults/trial.h"

namespace stadspoort::faults {
namespace {

constexpr char kBin[] = "/usr/lib/postgresql/15/bin/";
// Journal rows with transaction ids that the server has not come to yet.
constexpr char kForeign[] =
    "SELECT count(*) FROM stadspoort.journal WHERE xid >= pg_snapshot_xmax(pg_current_snapshot())";

class RestoreTest : public ::testing::Test {
 protected:
  RestoreTest()
      : old_("restore", Servers::Durable::kYes),
        new_("restore-new", Servers::Durable::kYes),
        service_(old_) {}

  std::string File(const std::string& name) const { return service_.folder() + "/" + name; }
  static std::string ServerOf(const Servers& servers) {
    return "--host=" + servers.postgres_socket();
  }
  void Dump() {
    EXPECT_EQ(Execute({absl::StrCat(kBin, "pg_dump"), ServerOf(old_), "--username=postgres",
                       "--format=custom", "--file=" + File("dump"), database_.name()}),
              0);
    EXPECT_EQ(Execute({absl::StrCat(kBin, "pg_dumpall"), ServerOf(old_), "--username=postgres",
                       "--roles-only", "--file=" + File("roles.sql")}),
              0);
  }
  void Restore() {
    // That the role postgres is there already is no fault.
    Execute({absl::StrCat(kBin, "psql"), ServerOf(new_), "--username=postgres", "--quiet",
             "--output=/dev/null", "--file=" + File("roles.sql")});
    Sql(new_.conninfo()).Value(absl::StrCat("CREATE DATABASE \"", database_.name(), "\""));
    // The daemons look on.
    service_.Route(new_.postgres_socket());
    EXPECT_EQ(Execute({absl::StrCat(kBin, "pg_restore"), ServerOf(new_), "--username=postgres",
                       "--dbname=" + database_.name(), "--exit-on-error", File("dump")}),
              0);
  }

  Servers old_;
  Servers new_;
  Service service_;
  const Database database_;
};

TEST_F(RestoreTest, NothingFromBeforeTheDumpIsLost) {
  Fleet fleet(database_, {Fleet::Member(), Fleet::Member(), {{"--rungs", "redis"}}});
  Trial trial(fleet);
  Trial::Run(absl::Seconds(6));
  const std::string lineage = Sql(database_.superuser()).Value("SELECT stadspoort.lineage()");
  trial.Begin("writers rest, the dump is taken");
  trial.RestWriters();
  Dump();
  old_.EndPostgres(SIGQUIT);
  const history::Moment struck = trial.Begin("the system of record is gone");
  Trial::Run(absl::Seconds(4));
  trial.Begin("the dump is restored");
  Restore();
  Sql sql(database_.superuser());
  const std::string foreign = sql.Value(kForeign);
  EXPECT_EQ(Migrate(database_.superuser()), 0);
  const history::Moment gone = trial.Begin("restored");
  trial.AwaitRecovery("a restored dump", gone);
  trial.WakeWriters();
  trial.Over("a restored dump", struck);
  trial.Finish();
  // Nobody had written since the dump.
  trial.ExpectEveryEnrolment(sql);
  std::cout << foreign << " journal rows had transaction ids still to come\n";
  EXPECT_NE(foreign, "0");
  EXPECT_EQ(sql.Value(kForeign), "0");
  EXPECT_NE(sql.Value("SELECT stadspoort.lineage()"), lineage);
  EXPECT_EQ(trial.FiguresOf("the system of record is gone").Of(domain::Decision::kNotPermitted), 0);
  EXPECT_GT(trial.FiguresOf("restored").Of(domain::Decision::kNotPermitted), 0);
}

}  // namespace
}  // namespace stadspoort::faults
