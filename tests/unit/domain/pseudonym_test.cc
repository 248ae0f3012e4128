#include "services/domain/pseudonym.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <numeric>
#include <set>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/domain/refusal.h"

namespace stadspoort::domain {
namespace {

// Master keys: one byte repeated 32 times.
std::string Hex(absl::string_view two_digits) {
  std::string hex;
  for (int i = 0; i < 32; ++i) absl::StrAppend(&hex, two_digits);
  return hex;
}

PlateKeyring Ring(absl::string_view file) {
  const absl::StatusOr<PlateKeyring> ring = PlateKeyring::Parse(file);
  EXPECT_TRUE(ring.ok()) << ring.status();
  return ring.value_or(PlateKeyring());
}

PlateKey KeyOf(const PlateKeyring& ring, absl::string_view key_id, absl::string_view city) {
  const absl::StatusOr<PlateKey> key = ring.KeyOf(key_id, CityCode(std::string(city)));
  EXPECT_TRUE(key.ok()) << key.status();
  return key.value_or(PlateKey({}));
}

PlateNumber Plate(absl::string_view number) { return PlateNumber::FromStored(std::string(number)); }

std::string Text(const Pseudonym& pseudonym) {
  return absl::BytesToHexString(absl::string_view(
      reinterpret_cast<const char*>(pseudonym.bytes.data()), pseudonym.bytes.size()));
}

// Vectors of the reference implementation of SipHash-2-4-128: key 00..0f, messages 00 01 02 ...
TEST(PlateKeyTest, IsSipHash24With128Bits) {
  std::array<uint8_t, 16> bytes{};
  std::iota(bytes.begin(), bytes.end(), uint8_t{0});
  const PlateKey key(bytes);
  std::string message;
  for (char i = 0; i < 15; ++i) message.push_back(i);
  EXPECT_EQ(Text(key.Of(Plate("")).exact), "a3817f04ba25a8e66df67214c7550293");
  EXPECT_EQ(Text(key.Of(Plate(message.substr(0, 1))).exact), "da87c1d86b99af44347659119b22fc45");
  EXPECT_EQ(Text(key.Of(Plate(message.substr(0, 8))).exact), "3b62a9ba6258f5610f83e264f31497b4");
  EXPECT_EQ(Text(key.Of(Plate(message)).exact), "5493e99933b0a8117e08ec0f97cfc3d9");
}

// Worked out by an independent program. What is stored depends on it: it may never change.
TEST(PlateKeyringTest, DerivesTheCityKeyAsItAlwaysDid) {
  const PlateKeyring ring =
      Ring("k1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n");
  const PlateKey key = KeyOf(ring, "k1", "ghent");
  const PlatePseudonyms pseudonyms = key.Of(Plate("1ABC234"));
  EXPECT_EQ(Text(pseudonyms.exact), "db1c51c1c1a518899de6cffadbdd789e");
  EXPECT_EQ(Text(pseudonyms.folded), Text(key.Of(Plate("1A8C234")).folded));
  EXPECT_EQ(Text(key.Fingerprint()), "3974de11075a9254ef0811f183c35fe8");
}

TEST(PlateKeyTest, NearMissesShareTheFoldedPseudonymOnly) {
  const PlateKey key = KeyOf(Ring(absl::StrCat("k1 ", Hex("5a"))), "k1", "ghent");
  const std::pair<absl::string_view, absl::string_view> near_misses[] = {
      {"1ABC234", "LA8CZ34"}, {"0QD", "OOO"}, {"SUZI", "5V21"}, {"G6", "6G"}};
  for (const auto& [a, b] : near_misses) {
    const PlatePseudonyms of_a = key.Of(Plate(a));
    const PlatePseudonyms of_b = key.Of(Plate(b));
    EXPECT_EQ(of_a.folded, of_b.folded) << a << " " << b;
    EXPECT_NE(of_a.exact, of_b.exact) << a << " " << b;
  }
  EXPECT_NE(key.Of(Plate("1ABC234")).folded, key.Of(Plate("1ABC235")).folded);
}

TEST(PlateKeyringTest, PseudonymsOfOnePlateDifferBetweenCitiesAndKeys) {
  const PlateKeyring ring =
      Ring(absl::StrCat("a ", Hex("11"), "\nb ", Hex("22"), "\nc ", Hex("11")));
  std::set<std::string> exact;
  std::set<std::string> fingerprints;
  for (const absl::string_view key_id : {"a", "b", "c"}) {
    for (const absl::string_view city : {"ghent", "antwerp", "ghent-2"}) {
      const PlateKey key = KeyOf(ring, key_id, city);
      exact.insert(Text(key.Of(Plate("1ABC234")).exact));
      fingerprints.insert(Text(key.Fingerprint()));
      EXPECT_EQ(key.Fingerprint(), KeyOf(ring, key_id, city).Fingerprint());
    }
  }
  // "a" and "c" have the same secret: the key id alone must separate them.
  EXPECT_EQ(exact.size(), 9U);
  EXPECT_EQ(fingerprints.size(), 9U);
}

// A hyphen is legal in both, so "a-b" + "c" and "a" + "b-c" would be one text if simply joined by
// it.
TEST(PlateKeyringTest, KeyIdAndCityAreJoinedUnambiguously) {
  const PlateKeyring ring = Ring(absl::StrCat("a ", Hex("11"), "\na-b ", Hex("11")));
  EXPECT_NE(KeyOf(ring, "a-b", "cc").Fingerprint(), KeyOf(ring, "a", "b-cc").Fingerprint());
  EXPECT_NE(KeyOf(ring, "a-b", "cc").Fingerprint(), KeyOf(ring, "a", "bcc").Fingerprint());
}

TEST(PlateKeyTest, FingerprintIsTheExactPseudonymOfNoPlate) {
  const PlateKey key = KeyOf(Ring(absl::StrCat("k1 ", Hex("5a"))), "k1", "ghent");
  const absl::StatusOr<PlateNumber> plate =
      PlateNumber::Normalise("stadspoort plate key fingerprint");
  EXPECT_FALSE(plate.ok());  // 29 letters
  EXPECT_NE(key.Of(Plate("STADSPOORTPLATEKEYFINGERPRINT")).exact, key.Fingerprint());
}

TEST(PlateKeyringTest, ReadsAKeyFile) {
  const PlateKeyring ring = Ring(absl::StrCat("# plate keys of the demo\n\n  2024-a\t", Hex("0a"),
                                              "  # retired\r\n2026 ", Hex("Ff"), "\r\n\n#end"));
  EXPECT_EQ(ring.current_key_id(), "2026");
  EXPECT_TRUE(ring.KeyOf("2024-a", CityCode("ghent")).ok());
  EXPECT_TRUE(ring.KeyOf("2026", CityCode("ghent")).ok());
  EXPECT_EQ(KeyOf(ring, "2026", "ghent").Fingerprint(),
            KeyOf(Ring(absl::StrCat("2026 ", Hex("fF"))), "2026", "ghent").Fingerprint());
}

TEST(PlateKeyringTest, AKeyIdThatIsNotThereIsNotFound) {
  const PlateKeyring ring = Ring(absl::StrCat("k1 ", Hex("5a")));
  const absl::Status status = ring.KeyOf("k2", CityCode("ghent")).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  ASSERT_TRUE(DetailsOf(status).has_value());
  EXPECT_EQ(DetailsOf(status)->reason, ErrorReason::kPlateKeyMismatch);
}

struct BadFile {
  const char* what;
  std::string file;
  absl::string_view line;
};

TEST(PlateKeyringTest, RefusesABadFileByLineWithoutItsContent) {
  const std::string good = Hex("5a");
  const std::string id33(33, 'k');
  const BadFile files[] = {
      {"empty", "", "line 1:"},
      {"only comments", "# nothing\n\n", "line 3:"},
      {"no key", "# keys\nk1\n", "line 2:"},
      {"three words", absl::StrCat("k1 ", good, " ", good), "line 1:"},
      {"short key", absl::StrCat("k1 ", good, "\nk2 ", good.substr(2)), "line 2:"},
      {"odd number of digits", absl::StrCat("k1 ", good.substr(1)), "line 1:"},
      {"long key", absl::StrCat("k1 ", good, "5a"), "line 1:"},
      {"not hex", absl::StrCat("k1 ", good.substr(1), "g"), "line 1:"},
      {"colons in hex", absl::StrCat("k1 ", "5a:", good.substr(3)), "line 1:"},
      {"duplicate key id", absl::StrCat("k1 ", good, "\n\nk1 ", Hex("66")), "line 3:"},
      {"capital in key id", absl::StrCat("K1 ", good), "line 1:"},
      {"slash in key id", absl::StrCat("k/1 ", good), "line 1:"},
      {"key id of 33", absl::StrCat(id33, " ", good), "line 1:"},
      {"byte order mark", absl::StrCat("\xEF\xBB\xBFk1 ", good), "line 1:"},
      {"key only", good, "line 1:"},
  };
  for (const BadFile& bad : files) {
    const absl::Status status = PlateKeyring::Parse(bad.file).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << bad.what;
    EXPECT_TRUE(absl::StartsWith(status.message(), bad.line)) << bad.what << ": " << status;
    EXPECT_FALSE(absl::StrContains(status.ToString(), "5a5a")) << bad.what << ": " << status;
    EXPECT_FALSE(absl::StrContains(status.ToString(), "k1")) << bad.what << ": " << status;
  }
  EXPECT_TRUE(PlateKeyring::Parse(absl::StrCat(id33.substr(1), " ", good)).ok());
}

TEST(PlateKeyringTest, NewLinesAreReadableAndNeverTheSame) {
  const std::string first = PlateKeyring::NewLine("k1");
  const std::string second = PlateKeyring::NewLine("k2");
  EXPECT_NE(first.substr(3), second.substr(3));
  const PlateKeyring ring = Ring(first + second);
  EXPECT_EQ(ring.current_key_id(), "k2");
  EXPECT_TRUE(ring.KeyOf("k1", CityCode("ghent")).ok());
}

}  // namespace
}  // namespace stadspoort::domain
