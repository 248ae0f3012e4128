#include "storage/postgres/facts_store.h"

#include <array>
#include <cstring>
#include <string>
#include <utility>

#include "services/domain/checked_plate_key.h"
#include "storage/postgres/city_transaction.h"
#include "storage/postgres/right_store.h"
#include "storage/postgres/sql.h"
#include "storage/postgres/zone_store.h"

namespace stadspoort::postgres {
namespace {

absl::StatusOr<domain::Pseudonym> PseudonymOf(const std::string& bytes) {
  domain::Pseudonym pseudonym;
  if (bytes.size() != pseudonym.bytes.size()) {
    return absl::InternalError("a stored pseudonym has not 16 bytes");
  }
  std::memcpy(pseudonym.bytes.data(), bytes.data(), bytes.size());
  return pseudonym;
}

// A plate with the one right of this row, or none.
absl::StatusOr<PlateRecord> ReadPlate(Row& row) {
  PlateRecord plate;
  plate.id = domain::PlateId(row.Uuid("plate_id"));
  plate.version = row.Int("version");
  const absl::StatusOr<domain::Pseudonym> exact = PseudonymOf(row.Bytes("pseudonym"));
  if (!exact.ok()) return exact.status();
  const absl::StatusOr<domain::Pseudonym> folded = PseudonymOf(row.Bytes("folded_pseudonym"));
  if (!folded.ok()) return folded.status();
  plate.exact = *exact;
  plate.folded = *folded;
  if (row.IsNull("right_id")) return plate;
  absl::StatusOr<domain::Right> right = RightColumnsOf(row);
  if (!right.ok()) return right.status();
  plate.rights.push_back(*std::move(right));
  return plate;
}

// Rows of one plate joined; the order of rows does not matter.
absl::StatusOr<std::vector<PlateRecord>> PlatesOf(const Result& result) {
  absl::StatusOr<std::vector<PlateRecord>> rows = result.Rows(ReadPlate);
  if (!rows.ok()) return rows.status();
  std::vector<PlateRecord> plates;
  absl::flat_hash_map<domain::PlateId, size_t> places;
  for (PlateRecord& row : *rows) {
    const auto [place, inserted] = places.try_emplace(row.id, plates.size());
    if (inserted) {
      plates.push_back(std::move(row));
    } else {
      plates[place->second].rights.push_back(std::move(row.rights.front()));
    }
  }
  return plates;
}

absl::StatusOr<std::vector<domain::SpecialDay>> DaysOf(const Result& result) {
  return result.Rows([](Row& row) {
    return domain::SpecialDay{row.Day("date"), domain::SpecialDayLabel(row.Text("label")), ""};
  });
}

std::vector<std::string> ByteStrings(const std::vector<domain::Pseudonym>& pseudonyms) {
  std::vector<std::string> strings;
  for (const domain::Pseudonym& pseudonym : pseudonyms) {
    strings.push_back(domain::StoredBytes(pseudonym));
  }
  return strings;
}

}  // namespace

absl::StatusOr<std::optional<FactsRead>> ReadFacts(Pool& pool, const FactsQuery& query,
                                                   Deadline deadline) {
  absl::StatusOr<Transaction> transaction =
      BeginForCity(pool, Transaction::Mode::kSnapshot, query.city, deadline);
  if (!transaction.ok()) return transaction.status();
  const std::string& city = query.city.value();
  const absl::StatusOr<std::vector<Result>> results = transaction->RunAndCommit({
      SelectCity(query.city),
      {sql::kSpecialDaysIfChanged, Params().Text(city).Int(query.known.calendar)},
      {sql::kRightTypesIfChanged, Params().Text(city).Int(query.known.right_types)},
      SelectZonesIfChanged(query.city, query.known.zones),
      {sql::kPlatesByFoldedPseudonym,
       Params().Text(city).BytesArray(ByteStrings(query.folded)).Time(query.oldest_check_time)},
  });
  if (!results.ok()) return results.status();

  absl::StatusOr<std::optional<StoredCity>> stored = CityOf((*results)[0]);
  if (!stored.ok()) return stored.status();
  if (!*stored) return std::nullopt;
  auto days = DaysOf((*results)[1]);
  if (!days.ok()) return days.status();
  auto types = RightTypesOf((*results)[2]);
  if (!types.ok()) return types.status();
  auto zones = ZoneVersionsOf((*results)[3], query.city);
  if (!zones.ok()) return zones.status();
  auto plates = PlatesOf((*results)[4]);
  if (!plates.ok()) return plates.status();
  return FactsRead{**std::move(stored), *std::move(days), *std::move(types), *std::move(zones),
                   *std::move(plates)};
}

absl::StatusOr<absl::flat_hash_map<domain::PlateId, domain::PlateNumber>> ReadPlateNumbers(
    Pool& pool, const domain::CityCode& city, absl::Span<const domain::PlateId> plates,
    Deadline deadline) {
  std::vector<std::array<uint8_t, 16>> ids;
  for (const domain::PlateId& plate : plates) ids.push_back(plate.bytes());
  absl::StatusOr<Transaction> transaction =
      BeginForCity(pool, Transaction::Mode::kSnapshot, city, deadline);
  if (!transaction.ok()) return transaction.status();
  const absl::StatusOr<std::vector<Result>> results =
      transaction->RunAndCommit({{sql::kPlateNumbers, Params().Text(city.value()).UuidArray(ids)}});
  if (!results.ok()) return results.status();
  absl::flat_hash_map<domain::PlateId, domain::PlateNumber> numbers;
  const absl::Status read = results->front().Each([&](Row& row) {
    numbers.emplace(domain::PlateId(row.Uuid("plate_id")),
                    domain::PlateNumber::FromStored(row.Text("number")));
  });
  if (!read.ok()) return read;
  return numbers;
}

}  // namespace stadspoort::postgres
