// Contracts: every method, every refusal, and who sees which.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/integration/register.h"

namespace stadspoort::testing {
namespace {

using cities::v1::Contract;
using cities::v1::CreateContractRequest;
using cities::v1::ListContractsRequest;
using cities::v1::UpdateContractRequest;
using CitiesStub = cities::v1::CitiesService::Stub;
using Fields = std::vector<std::string>;

constexpr auto kInvalid = grpc::StatusCode::INVALID_ARGUMENT;
constexpr int64_t kYear2026 = 1767225600;
constexpr int64_t kYear2027 = 1798761600;

void ExpectRefusal(const grpc::Status& status, grpc::StatusCode code, const std::string& reason,
                   const Fields& fields, const std::string& name) {
  EXPECT_EQ(status.error_code(), code) << name << ": " << status.error_message();
  EXPECT_EQ(ReasonOf(status), reason) << name;
  EXPECT_EQ(FieldsOf(status), fields) << name;
}

class ContractsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    database = new Register();
    daemon = database->Start().release();
    sql = new Sql(database->superuser());
  }
  static void TearDownTestSuite() {
    delete sql;
    delete daemon;
    delete database;
  }
  // A city with the contracts app-paid-resident and rival-paid-resident.
  void SetUp() override {
    static int count = 0;
    city_ = absl::StrCat("city-", ++count);
    MakeCity(*daemon, city_);
  }

  CreateContractRequest New(const std::string& id, const std::string& provider = "meters") {
    CreateContractRequest request;
    request.set_parent("cities/" + city_);
    request.set_contract_id(id);
    Contract& contract = *request.mutable_contract();
    contract.set_display_name("Meters");
    contract.set_provider(provider);
    contract.add_right_types("resident");
    contract.add_right_types("cities/" + city_ + "/rightTypes/paid");
    contract.add_zones("b");
    contract.add_zones("a");
    contract.mutable_start_time()->set_seconds(kYear2026);
    contract.mutable_end_time()->set_seconds(kYear2027);
    return request;
  }
  static grpc::Status Create(const CreateContractRequest& request, Contract* contract = nullptr) {
    cities::v1::CreateContractResponse response;
    const grpc::Status status =
        Call(*daemon->cities, &CitiesStub::CreateContract, Admin(), request, response);
    if (contract != nullptr) *contract = response.contract();
    return status;
  }
  static Contract Created(const CreateContractRequest& request) {
    Contract contract;
    const grpc::Status status = Create(request, &contract);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return contract;
  }
  static grpc::Status Get(const std::string& name, const Who& who, Contract* contract = nullptr) {
    cities::v1::GetContractRequest request;
    request.set_name(name);
    cities::v1::GetContractResponse response;
    const grpc::Status status =
        Call(*daemon->cities, &CitiesStub::GetContract, who, request, response);
    if (contract != nullptr) *contract = response.contract();
    return status;
  }
  static grpc::Status Update(const Contract& contract, const Fields& paths,
                             Contract* updated = nullptr, bool validate_only = false) {
    UpdateContractRequest request;
    *request.mutable_contract() = contract;
    for (const std::string& path : paths) request.mutable_update_mask()->add_paths(path);
    request.set_validate_only(validate_only);
    cities::v1::UpdateContractResponse response;
    const grpc::Status status =
        Call(*daemon->cities, &CitiesStub::UpdateContract, Admin(), request, response);
    if (updated != nullptr) *updated = response.contract();
    return status;
  }
  // The codes on all pages; every page but the last is full.
  Fields Listed(const Who& who, const std::string& provider = "", int page_size = 0) {
    ListContractsRequest request;
    request.set_parent("cities/" + city_);
    request.set_provider(provider);
    request.set_page_size(page_size);
    Fields codes;
    do {
      cities::v1::ListContractsResponse response;
      const grpc::Status status =
          Call(*daemon->cities, &CitiesStub::ListContracts, who, request, response);
      EXPECT_TRUE(status.ok()) << status.error_message();
      for (const Contract& contract : response.contracts()) {
        codes.push_back(contract.name().substr(contract.name().rfind('/') + 1));
      }
      if (page_size > 0 && !response.next_page_token().empty()) {
        EXPECT_EQ(response.contracts_size(), page_size);
      }
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    return codes;
  }
  std::string Journalled(const std::string& code) {
    return sql->Value(absl::StrCat(
        "SELECT string_agg(j.version || ' ' || j.actor || ' ' || (j.state->>'zones'), ', ' ORDER "
        "BY j.version) FROM stadspoort.journal j JOIN stadspoort.contract c ON c.city = j.city AND "
        "c.contract_id = j.subject WHERE j.kind = 'CONTRACT' AND c.city = '",
        city_, "' AND c.code = '", code, "'"));
  }

  static Register* database;
  static Daemon* daemon;
  static Sql* sql;
  std::string city_;
};
Register* ContractsTest::database = nullptr;
Daemon* ContractsTest::daemon = nullptr;
Sql* ContractsTest::sql = nullptr;

TEST_F(ContractsTest, AContractIsReadAsItWasMade) {
  const Contract contract = Created(New("meters-2026"));
  const std::string parent = "cities/" + city_;
  EXPECT_EQ(contract.name(), parent + "/contracts/meters-2026");
  EXPECT_EQ(contract.display_name(), "Meters");
  EXPECT_EQ(contract.provider(), "meters");
  ASSERT_EQ(contract.right_types_size(), 2);
  EXPECT_EQ(contract.right_types(0), parent + "/rightTypes/paid");
  EXPECT_EQ(contract.right_types(1), parent + "/rightTypes/resident");
  ASSERT_EQ(contract.zones_size(), 2);
  EXPECT_EQ(contract.zones(0), parent + "/zones/a");
  EXPECT_EQ(contract.start_time().seconds(), kYear2026);
  EXPECT_EQ(contract.end_time().seconds(), kYear2027);
  EXPECT_EQ(contract.etag(), "1");
  EXPECT_TRUE(contract.has_create_time());
  Contract got;
  ASSERT_TRUE(Get(contract.name(), Clerk(), &got).ok());
  EXPECT_EQ(got.SerializeAsString(), contract.SerializeAsString());
  EXPECT_EQ(Journalled("meters-2026"), R"(1 tester ["a", "b"])");

  CreateContractRequest open = New("c");
  open.mutable_contract()->clear_end_time();
  open.mutable_contract()->clear_zones();
  open.mutable_contract()->clear_display_name();
  const Contract whole = Created(open);
  EXPECT_FALSE(whole.has_end_time());
  EXPECT_EQ(whole.zones_size(), 0);
  ASSERT_TRUE(Get(whole.name(), Clerk(), &got).ok());
  EXPECT_EQ(got.SerializeAsString(), whole.SerializeAsString());
}

TEST_F(ContractsTest, TheSameRequestAgainIsTheSameContract) {
  const CreateContractRequest request = New("meters-2026");
  const Contract first = Created(request);
  CreateContractRequest again = request;
  again.mutable_contract()->mutable_right_types()->SwapElements(0, 1);
  again.mutable_contract()->mutable_zones()->SwapElements(0, 1);
  EXPECT_EQ(Created(again).SerializeAsString(), first.SerializeAsString()) << "in another order";

  const std::vector<std::pair<const char*, std::function<void(Contract&)>>> others = {
      {"name", [](Contract& c) { c.set_display_name("meters"); }},
      {"provider", [](Contract& c) { c.set_provider("app"); }},
      {"right types", [](Contract& c) { c.mutable_right_types()->RemoveLast(); }},
      {"zones", [](Contract& c) { c.mutable_zones()->RemoveLast(); }},
      {"all zones", [](Contract& c) { c.clear_zones(); }},
      {"start", [](Contract& c) { c.mutable_start_time()->set_nanos(1000); }},
      {"end", [](Contract& c) { c.mutable_end_time()->set_seconds(kYear2027 + 1); }},
      {"no end", [](Contract& c) { c.clear_end_time(); }}};
  for (const auto& [name, change] : others) {
    CreateContractRequest other = request;
    change(*other.mutable_contract());
    ExpectRefusal(Create(other), grpc::ALREADY_EXISTS, "CONTRACT_EXISTS", {}, name);
  }
  // Compared with the original request: whoever sends it again learns what it has become.
  Contract wanted = first;
  wanted.clear_zones();
  Contract updated;
  ASSERT_TRUE(Update(wanted, {"zones"}, &updated).ok());
  EXPECT_EQ(Created(request).SerializeAsString(), updated.SerializeAsString());
  CreateContractRequest as_updated = request;
  as_updated.mutable_contract()->clear_zones();
  ExpectRefusal(Create(as_updated), grpc::ALREADY_EXISTS, "CONTRACT_EXISTS", {}, "as it is now");
}

TEST_F(ContractsTest, ManyAtOnceMakeOne) {
  constexpr int kSenders = 16;
  const CreateContractRequest request = New("meters-2026");
  std::vector<Contract> contracts(kSenders);
  std::vector<std::thread> senders;
  senders.reserve(kSenders);
  for (Contract& contract : contracts) {
    senders.emplace_back([&] { contract = Created(request); });
  }
  for (std::thread& sender : senders) sender.join();
  for (const Contract& contract : contracts) {
    EXPECT_EQ(contract.SerializeAsString(), contracts[0].SerializeAsString());
  }
  EXPECT_EQ(Journalled("meters-2026"), R"(1 tester ["a", "b"])");
}

struct BadRow {
  const char* name;
  std::function<void(CreateContractRequest&)> spoil;
  grpc::StatusCode code;
  const char* reason;
  Fields fields;
};

void NameMany(int count, const std::string& prefix,
              google::protobuf::RepeatedPtrField<std::string>& names) {
  names.Clear();
  for (int i = 0; i < count; ++i) *names.Add() = absl::StrCat(prefix, i);
}

TEST_F(ContractsTest, BadContractsAreRefusedAndNotStored) {
  const std::vector<BadRow> rows = {
      {"no parent",
       [](CreateContractRequest& r) { r.clear_parent(); },
       kInvalid,
       "INVALID_NAME",
       {"parent"}},
      {"an unknown city",
       [](CreateContractRequest& r) {
         r.set_parent("cities/atlantis");
         r.mutable_contract()->clear_right_types();
         r.mutable_contract()->add_right_types("paid");
       },
       grpc::NOT_FOUND,
       "CITY_NOT_FOUND",
       {}},
      {"no id",
       [](CreateContractRequest& r) { r.clear_contract_id(); },
       kInvalid,
       "INVALID_FIELD",
       {"contract_id"}},
      {"a long id",
       [](CreateContractRequest& r) { r.set_contract_id(std::string(61, 'c')); },
       kInvalid,
       "INVALID_FIELD",
       {"contract_id"}},
      {"an id that begins with a digit",
       [](CreateContractRequest& r) { r.set_contract_id("2026-meters"); },
       kInvalid,
       "INVALID_FIELD",
       {"contract_id"}},
      {"no contract",
       [](CreateContractRequest& r) { r.clear_contract(); },
       kInvalid,
       "INVALID_FIELD",
       {"contract.provider", "contract.right_types", "contract.start_time"}},
      {"the register's own provider",
       [](CreateContractRequest& r) { r.mutable_contract()->set_provider("@permits"); },
       kInvalid,
       "INVALID_FIELD",
       {"contract.provider"}},
      {"a provider of 101 bytes",
       [](CreateContractRequest& r) { r.mutable_contract()->set_provider(std::string(101, 'p')); },
       kInvalid,
       "INVALID_FIELD",
       {"contract.provider"}},
      {"a name of 101 bytes",
       [](CreateContractRequest& r) {
         r.mutable_contract()->set_display_name(std::string(101, 'n'));
       },
       kInvalid,
       "INVALID_FIELD",
       {"contract.display_name"}},
      {"a type twice",
       [](CreateContractRequest& r) { r.mutable_contract()->add_right_types("resident"); },
       kInvalid,
       "INVALID_FIELD",
       {"contract.right_types[2]"}},
      {"a type of another city",
       [](CreateContractRequest& r) {
         r.mutable_contract()->set_right_types(0, "cities/other/rightTypes/paid");
       },
       kInvalid,
       "INVALID_NAME",
       {"contract.right_types[0]"}},
      {"an unknown type",
       [](CreateContractRequest& r) { r.mutable_contract()->add_right_types("exempt"); },
       grpc::NOT_FOUND,
       "RIGHT_TYPE_NOT_FOUND",
       {"contract.right_types[2]"}},
      {"more types than a city has",
       [](CreateContractRequest& r) {
         NameMany(1001, "t", *r.mutable_contract()->mutable_right_types());
       },
       kInvalid,
       "INVALID_FIELD",
       {"contract.right_types"}},
      {"a zone twice",
       [](CreateContractRequest& r) { r.mutable_contract()->add_zones("b"); },
       kInvalid,
       "INVALID_FIELD",
       {"contract.zones[2]"}},
      {"no zone's name",
       [](CreateContractRequest& r) { r.mutable_contract()->add_zones("zones/a"); },
       kInvalid,
       "INVALID_NAME",
       {"contract.zones[2]"}},
      {"an unknown zone",
       [](CreateContractRequest& r) { r.mutable_contract()->set_zones(0, "mauve"); },
       grpc::NOT_FOUND,
       "ZONE_NOT_FOUND",
       {"contract.zones[0]"}},
      {"501 zones",
       [](CreateContractRequest& r) { NameMany(501, "z", *r.mutable_contract()->mutable_zones()); },
       kInvalid,
       "INVALID_FIELD",
       {"contract.zones"}},
      {"no start",
       [](CreateContractRequest& r) { r.mutable_contract()->clear_start_time(); },
       kInvalid,
       "INVALID_FIELD",
       {"contract.start_time"}},
      {"a start in 1999",
       [](CreateContractRequest& r) {
         r.mutable_contract()->mutable_start_time()->set_seconds(946684799);
       },
       kInvalid,
       "INVALID_FIELD",
       {"contract.start_time"}},
      {"an end in 2200",
       [](CreateContractRequest& r) {
         r.mutable_contract()->mutable_end_time()->set_seconds(7258118400);
       },
       kInvalid,
       "INVALID_FIELD",
       {"contract.end_time"}},
      {"the end is the start",
       [](CreateContractRequest& r) {
         r.mutable_contract()->mutable_end_time()->set_seconds(kYear2026);
       },
       kInvalid,
       "END_BEFORE_START",
       {"contract.end_time"}},
  };
  for (const BadRow& row : rows) {
    for (const bool validate_only : {false, true}) {
      CreateContractRequest request = New("bad");
      request.set_validate_only(validate_only);
      row.spoil(request);
      ExpectRefusal(Create(request), row.code, row.reason, row.fields, row.name);
    }
  }
  EXPECT_EQ(Listed(Clerk()), Fields({"app-paid-resident", "rival-paid-resident"}));
}

TEST_F(ContractsTest, ValidateOnlyStoresNothing) {
  CreateContractRequest request = New("meters-2026");
  request.set_validate_only(true);
  Contract judged = Created(request);
  EXPECT_EQ(judged.etag(), "");
  EXPECT_FALSE(judged.has_create_time());
  ExpectRefusal(Get(judged.name(), Clerk()), grpc::NOT_FOUND, "CONTRACT_NOT_FOUND", {}, "judged");
  request.set_validate_only(false);
  const Contract made = Created(request);
  judged.set_etag(made.etag());
  *judged.mutable_create_time() = made.create_time();
  EXPECT_EQ(judged.SerializeAsString(), made.SerializeAsString());
  request.set_validate_only(true);
  EXPECT_EQ(Created(request).SerializeAsString(), made.SerializeAsString()) << "it exists by now";
  request.mutable_contract()->set_provider("app");
  ExpectRefusal(Create(request), grpc::ALREADY_EXISTS, "CONTRACT_EXISTS", {}, "other content");

  Contract wanted = made;
  wanted.set_display_name("Other");
  Contract updated;
  ASSERT_TRUE(Update(wanted, {"display_name"}, &updated, /*validate_only=*/true).ok());
  EXPECT_EQ(updated.display_name(), "Other");
  EXPECT_EQ(updated.etag(), made.etag()) << "so that the change itself can be sent with it";
  Contract got;
  ASSERT_TRUE(Get(made.name(), Clerk(), &got).ok());
  EXPECT_EQ(got.SerializeAsString(), made.SerializeAsString());
  wanted.add_zones("mauve");
  ExpectRefusal(Update(wanted, {"zones"}, nullptr, /*validate_only=*/true), grpc::NOT_FOUND,
                "ZONE_NOT_FOUND", {"contract.zones[2]"}, "judged as the change would be");
  EXPECT_EQ(Journalled("meters-2026"), R"(1 tester ["a", "b"])");
}

TEST_F(ContractsTest, AnUpdateChangesWhatItsMaskNames) {
  const Contract made = Created(New("meters-2026"));
  Contract wanted = made;
  wanted.set_display_name("Other");
  wanted.set_provider("app");
  wanted.clear_zones();
  wanted.add_zones("b");
  wanted.clear_right_types();
  wanted.add_right_types("paid");
  wanted.mutable_end_time()->set_seconds(kYear2027 + 3600);
  wanted.mutable_start_time()->set_seconds(kYear2026 + 3600);
  Contract updated;
  ASSERT_TRUE(Update(wanted, {"display_name"}, &updated).ok());
  Contract expected = made;
  expected.set_display_name("Other");
  expected.set_etag("2");
  EXPECT_EQ(updated.SerializeAsString(), expected.SerializeAsString());

  wanted.set_etag(updated.etag());
  ASSERT_TRUE(Update(wanted, {"zones", "right_types", "end_time"}, &updated).ok());
  EXPECT_EQ(updated.zones_size(), 1);
  EXPECT_EQ(updated.right_types_size(), 1);
  EXPECT_EQ(updated.end_time().seconds(), kYear2027 + 3600);
  EXPECT_EQ(updated.provider(), "meters");
  EXPECT_EQ(updated.start_time().seconds(), kYear2026);
  wanted.clear_etag();
  wanted.clear_end_time();
  wanted.clear_zones();
  ASSERT_TRUE(Update(wanted, {"end_time", "zones"}, &updated).ok());
  EXPECT_FALSE(updated.has_end_time());
  EXPECT_EQ(updated.zones_size(), 0) << "the whole city";
  Contract got;
  ASSERT_TRUE(Get(made.name(), Clerk(), &got).ok());
  EXPECT_EQ(got.SerializeAsString(), updated.SerializeAsString());
  EXPECT_EQ(Journalled("meters-2026"),
            R"(1 tester ["a", "b"], 2 tester ["a", "b"], 3 tester ["b"], 4 tester [])");
}

TEST_F(ContractsTest, AStaleEtagIsToldThePresentOne) {
  const Contract made = Created(New("meters-2026"));
  Contract updated;
  ASSERT_TRUE(Update(made, {"display_name"}, &updated).ok());
  const grpc::Status stale = Update(made, {"display_name"});
  ExpectRefusal(stale, grpc::ABORTED, "STALE_ETAG", {"contract.etag"}, "stale");
  EXPECT_TRUE(absl::StrContains(stale.error_message(), "the etag " + updated.etag() + " now"))
      << stale.error_message();
  EXPECT_TRUE(Update(updated, {"display_name"}).ok());
}

TEST_F(ContractsTest, BadUpdatesAreRefusedAndTheContractStays) {
  const Contract made = Created(New("meters-2026"));
  const struct {
    const char* name;
    std::function<void(Contract&)> spoil;
    Fields paths;
    grpc::StatusCode code;
    const char* reason;
    Fields fields;
  } kRows[] = {
      {"no mask", [](Contract&) {}, {}, kInvalid, "INVALID_FIELD", {"update_mask"}},
      {"the provider", [](Contract&) {}, {"provider"}, kInvalid, "INVALID_FIELD", {"update_mask"}},
      {"the start", [](Contract&) {}, {"start_time"}, kInvalid, "INVALID_FIELD", {"update_mask"}},
      {"no field", [](Contract&) {}, {"nonsense"}, kInvalid, "INVALID_FIELD", {"update_mask"}},
      {"no name",
       [](Contract& c) { c.clear_name(); },
       {"zones"},
       kInvalid,
       "INVALID_NAME",
       {"contract.name"}},
      {"an unknown contract",
       [](Contract& c) { c.set_name(c.name() + "x"); },
       {"zones"},
       grpc::NOT_FOUND,
       "CONTRACT_NOT_FOUND",
       {}},
      {"an unknown city",
       [](Contract& c) {
         c.set_name("cities/atlantis/contracts/meters-2026");
         c.clear_zones();
       },
       {"zones"},
       grpc::NOT_FOUND,
       "CITY_NOT_FOUND",
       {}},
      {"no type",
       [](Contract& c) { c.clear_right_types(); },
       {"right_types"},
       kInvalid,
       "INVALID_FIELD",
       {"contract.right_types"}},
      {"an unknown type",
       [](Contract& c) { c.set_right_types(1, "exempt"); },
       {"right_types"},
       grpc::NOT_FOUND,
       "RIGHT_TYPE_NOT_FOUND",
       {"contract.right_types[1]"}},
      {"an unknown zone",
       [](Contract& c) { c.set_zones(1, "mauve"); },
       {"zones"},
       grpc::NOT_FOUND,
       "ZONE_NOT_FOUND",
       {"contract.zones[1]"}},
      {"the end before the start",
       [](Contract& c) { c.mutable_end_time()->set_seconds(kYear2026); },
       {"end_time"},
       kInvalid,
       "END_BEFORE_START",
       {"contract.end_time"}},
      {"a name of 101 bytes",
       [](Contract& c) { c.set_display_name(std::string(101, 'n')); },
       {"display_name"},
       kInvalid,
       "INVALID_FIELD",
       {"contract.display_name"}},
  };
  for (const auto& row : kRows) {
    Contract contract = made;
    row.spoil(contract);
    ExpectRefusal(Update(contract, row.paths), row.code, row.reason, row.fields, row.name);
  }
  Contract got;
  ASSERT_TRUE(Get(made.name(), Clerk(), &got).ok());
  EXPECT_EQ(got.SerializeAsString(), made.SerializeAsString());
}

TEST_F(ContractsTest, AProviderSeesItsOwnOnly) {
  const std::string app = absl::StrCat("cities/", city_, "/contracts/app-paid-resident");
  const std::string rival = absl::StrCat("cities/", city_, "/contracts/rival-paid-resident");
  EXPECT_TRUE(Get(app, Provider("app")).ok());
  const grpc::Status hidden = Get(rival, Provider("app"));
  const grpc::Status missing = Get(rival + "x", Provider("app"));
  ExpectRefusal(hidden, grpc::NOT_FOUND, "CONTRACT_NOT_FOUND", {}, "hidden");
  EXPECT_EQ(hidden.error_message(), missing.error_message());
  EXPECT_EQ(hidden.error_details(), missing.error_details());

  EXPECT_EQ(Listed(Provider("app")), Fields({"app-paid-resident"}));
  EXPECT_EQ(Listed(Provider("app"), "app"), Fields({"app-paid-resident"}));
  EXPECT_EQ(Listed(Provider("app"), "rival"), Fields());
  EXPECT_EQ(Listed(Provider("nobody")), Fields());
  for (const char* role : {"clerk", "city-admin", "auditor", "operator"}) {
    EXPECT_TRUE(Get(app, Who{role}).ok()) << role;
    EXPECT_EQ(Listed(Who{role}), Fields({"app-paid-resident", "rival-paid-resident"})) << role;
    EXPECT_EQ(Listed(Who{role}, "rival"), Fields({"rival-paid-resident"})) << role;
  }
  EXPECT_EQ(Listed(Who{"provider,auditor", "app"}),
            Fields({"app-paid-resident", "rival-paid-resident"}));
}

TEST_F(ContractsTest, PagesHoldEveryContractOnce) {
  Fields all = {"app-paid-resident"};
  for (int i = 0; i < 7; ++i) {
    all.push_back(absl::StrCat("meters-", i));
    Created(New(all.back()));
  }
  all.emplace_back("rival-paid-resident");
  for (const int size : {0, 1, 2, 3, 4, 5, 8, 9, 10, 500}) {
    EXPECT_EQ(Listed(Clerk(), "", size), all) << size;
  }
  EXPECT_EQ(Listed(Clerk(), "meters", 3), Fields(all.begin() + 1, all.end() - 1));
  EXPECT_EQ(Listed(Provider("meters"), "", 7), Fields(all.begin() + 1, all.end() - 1));

  ListContractsRequest request;
  cities::v1::ListContractsResponse response;
  const auto list = [&] {
    return Call(*daemon->cities, &CitiesStub::ListContracts, Clerk(), request, response);
  };
  ExpectRefusal(list(), kInvalid, "INVALID_NAME", {"parent"}, "no parent");
  request.set_parent("cities/atlantis");
  ExpectRefusal(list(), grpc::NOT_FOUND, "CITY_NOT_FOUND", {}, "an unknown city");
  request.set_parent("cities/" + city_);
  request.set_page_token("Not a code");
  ExpectRefusal(list(), kInvalid, "INVALID_PAGE_TOKEN", {"page_token"}, "token");
  for (const int size : {-1, 501}) {
    request.set_page_token("");
    request.set_page_size(size);
    ExpectRefusal(list(), kInvalid, "INVALID_FIELD", {"page_size"}, "size");
  }
}

// Each of a provider's enrolments reads all of its contracts.
TEST_F(ContractsTest, AProviderHasAtMostAHundredThatHaveNotEnded) {
  sql->Value(absl::StrCat(
      "INSERT INTO stadspoort.contract (city, code, contract_id, display_name, provider, "
      "right_types, in_force_start, in_force_end, request_digest, version) SELECT '",
      city_,
      "', 'many-' || n, gen_random_uuid(), '', 'meters', '{paid}', '2020-01-01', "
      "CASE WHEN n <= 100 THEN 'infinity' ELSE '2021-01-01' END::timestamptz, "
      "decode(repeat('00', 32), 'hex'), 1 FROM generate_series(1, 120) n"));
  CreateContractRequest request = New("one-more");
  request.mutable_contract()->clear_end_time();
  ExpectRefusal(Create(request), grpc::FAILED_PRECONDITION, "TOO_MANY_ITEMS", {}, "one more");
  request.mutable_contract()->set_provider("other");
  EXPECT_TRUE(Create(request).ok());
  Contract ended;
  ended.set_name(absl::StrCat("cities/", city_, "/contracts/many-120"));
  ExpectRefusal(Update(ended, {"end_time"}), grpc::FAILED_PRECONDITION, "TOO_MANY_ITEMS", {},
                "an ended one that would go on");
  EXPECT_TRUE(Update(ended, {"display_name"}).ok());
  Contract running;
  running.set_name(absl::StrCat("cities/", city_, "/contracts/many-7"));
  EXPECT_TRUE(Update(running, {"zones"}).ok()) << "it is one of the hundred";
}

TEST_F(ContractsTest, ACityOutsideTheCallersIsNotFound) {
  Who app = Provider("app");
  app.cities = "elsewhere";
  ExpectRefusal(Get(absl::StrCat("cities/", city_, "/contracts/app-paid-resident"), app),
                grpc::NOT_FOUND, "CITY_NOT_FOUND", {}, "hidden");
}

}  // namespace
}  // namespace stadspoort::testing
