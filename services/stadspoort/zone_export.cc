#include "services/stadspoort/zone_export.h"

#include <fstream>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/stadspoort/failure.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/table.h"
#include "services/stadspoort/time_text.h"
#include "stadspoort/zones/v1/zones.grpc.pb.h"

namespace stadspoort::client {
namespace {

using zones::v1::ExportZonesRequest;
using zones::v1::ExportZonesResponse;
using zones::v1::ZonesService;

constexpr absl::string_view kRoles = "clerk";
// As for an import: a country's worth of zones.
constexpr absl::Duration kExportDeadline = absl::Minutes(5);

absl::StatusOr<ExportZonesRequest> RequestOf(const ExportArguments& arguments) {
  const absl::StatusOr<std::string> city = CityName(arguments.city);
  if (!city.ok()) return city.status();
  const auto at = ParseTime(arguments.at, "--at");
  if (!at.ok()) return at.status();
  ExportZonesRequest request;
  request.set_parent(*city);
  if (*at) *request.mutable_at_time() = ToTimestamp(**at);
  return request;
}

grpc::Status Receive(const Session& session, const ExportZonesRequest& request, std::string& bytes,
                     std::string& cursor) {
  grpc::ClientContext context;
  session.Prepare(context, kRoles, kExportDeadline);
  ZonesService::Stub stub(session.channel());
  const auto reader = stub.ExportZones(&context, request);
  ExportZonesResponse response;
  while (reader->Read(&response)) {
    bytes += response.geojson_chunk();
    cursor = response.cursor();
  }
  return Session::WithCallId(context, reader->Finish());
}

absl::Status WriteFile(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (file) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(path, ": cannot be written"));
}

}  // namespace

ExitCode ExportZones(const ExportArguments& arguments, const Session& session,
                     const Output& output) {
  const absl::StatusOr<ExportZonesRequest> request = RequestOf(arguments);
  if (!request.ok()) return output.WrongUsage(request.status());
  std::string bytes;
  std::string cursor;
  const grpc::Status status = Receive(session, *request, bytes, cursor);
  if (!status.ok()) return Report(status, session.options().server, output);
  if (arguments.out.empty()) {
    output.out << bytes;
    return kFine;
  }
  const absl::Status written = WriteFile(arguments.out, bytes);
  if (!written.ok()) return output.WrongUsage(written);
  if (output.json) {
    output.Json({{"file", arguments.out}, {"byteCount", bytes.size()}, {"cursor", cursor}});
  } else {
    output.out << arguments.out << ": " << bytes.size() << " bytes\n";
    if (!cursor.empty()) {
      output.out << "To import it once it is changed, and undo nothing that others published "
                    "meanwhile: --since "
                 << Printable(cursor) << "\n";
    }
  }
  return kFine;
}

}  // namespace stadspoort::client
