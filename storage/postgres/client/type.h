#pragma once

#include <cstdint>

namespace stadspoort::postgres {

// The PostgreSQL types this room sends and reads. The numbers are their object ids, which are fixed
// for built-in types (pg_type.dat). PostgreSQL reports a domain as its base type.
enum class Type : uint32_t {
  kBool = 16,
  kBytes = 17,
  kName = 19,
  kInt8 = 20,
  kInt2 = 21,
  kInt4 = 23,
  kText = 25,
  kJson = 114,
  kFloat4 = 700,
  kFloat8 = 701,
  kBytesArray = 1001,
  kInt4Array = 1007,
  kTextArray = 1009,
  kBpchar = 1042,
  kVarchar = 1043,
  kVarcharArray = 1015,
  kInt8Array = 1016,
  kDay = 1082,
  kTime = 1184,
  kTimeArray = 1185,
  kUuid = 2950,
  kUuidArray = 2951,
  kJsonb = 3802,
  kTimeRange = 3910,
  kTimeMultirange = 4534,
  kXid8 = 5069,
};

}  // namespace stadspoort::postgres
