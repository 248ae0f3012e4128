#include "services/stadspoort/zone_import.h"

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/stadspoort/failure.h"
#include "services/stadspoort/json_file.h"
#include "services/stadspoort/json_text.h"
#include "services/stadspoort/judgement_page.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/progress.h"
#include "services/stadspoort/table.h"
#include "services/stadspoort/time_text.h"
#include "stadspoort/zones/v1/zones.grpc.pb.h"

namespace stadspoort::client {
namespace {

using google::protobuf::RepeatedPtrField;
using nlohmann::ordered_json;
using zones::v1::ImportFault;
using zones::v1::ImportZonesHeader;
using zones::v1::ImportZonesRequest;
using zones::v1::ImportZonesResponse;
using zones::v1::ZonesService;

using Stream = grpc::ClientReaderWriter<ImportZonesRequest, ImportZonesResponse>;

constexpr absl::string_view kRoles = "city-admin";
// A country's worth of zones takes minutes, not seconds; the register gives no call more than this.
constexpr absl::Duration kImportDeadline = absl::Minutes(5);
constexpr size_t kChunkBytes = size_t{1} << 20;  // the contract's bound
constexpr double kMebi = 1024.0 * 1024.0;

// What came back.
struct Outcome {
  std::vector<ImportFault> faults;
  RepeatedPtrField<zones::v1::Finding> warnings;
  RepeatedPtrField<zones::v1::RightsHurt> rights_hurt;
  std::optional<zones::v1::ImportResult> result;
  grpc::Status status;
  // The file broke off while it was being sent.
  bool file_failed = false;
};

// The size of a pipe is not known: 0.
std::string SentText(uintmax_t sent, uintmax_t file_bytes) {
  const std::string text = absl::StrFormat("sent %.1f MiB", static_cast<double>(sent) / kMebi);
  if (file_bytes == 0) return text;
  return absl::StrCat(text, absl::StrFormat(" of %.1f", static_cast<double>(file_bytes) / kMebi));
}

std::string ProgressText(const zones::v1::ImportProgress& progress) {
  const std::string count =
      absl::StrCat(progress.features_done_count(), " of ", progress.features_total_count());
  switch (progress.phase()) {
    case zones::v1::IMPORT_PHASE_READING:
      return absl::StrCat("read ", count, " features");
    case zones::v1::IMPORT_PHASE_JUDGING:
      return absl::StrCat("judging ", progress.features_total_count(), " features together");
    case zones::v1::IMPORT_PHASE_STORING:
      return absl::StrCat("stored ", count, " changes");
    default:
      return absl::StrCat("done ", count, " features");
  }
}

// Sends header and file. False: the file could not be read to its end.
bool Send(const ImportZonesHeader& header, std::ifstream& file, uintmax_t file_bytes,
          Progress& progress, Stream& stream) {
  ImportZonesRequest request;
  *request.mutable_header() = header;
  bool open = stream.Write(request);
  uintmax_t sent = 0;
  std::string chunk(kChunkBytes, '\0');
  while (open && file.peek() != std::ifstream::traits_type::eof()) {
    file.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    const auto bytes = static_cast<size_t>(file.gcount());
    if (bytes == 0) break;
    request.set_geojson_chunk(chunk.data(), bytes);
    // Not open any more: the register has said why, which Finish will tell.
    open = stream.Write(request);
    sent += bytes;
    // A file of one chunk is sent before a word about it can be read.
    if (file_bytes != bytes) progress.Show(SentText(sent, file_bytes));
  }
  if (file.bad()) return false;
  if (open) stream.WritesDone();
  return true;
}

// Reads everything the register says, until it says no more.
void Receive(Stream& stream, Progress& progress, Outcome& outcome) {
  ImportZonesResponse response;
  while (stream.Read(&response)) {
    switch (response.part_case()) {
      case ImportZonesResponse::kProgress:
        progress.Show(ProgressText(response.progress()));
        break;
      case ImportZonesResponse::kFault:
        outcome.faults.push_back(response.fault());
        break;
      case ImportZonesResponse::kResult:
        outcome.result = response.result();
        break;
      case ImportZonesResponse::kWarning:
        *outcome.warnings.Add() = response.warning();
        break;
      case ImportZonesResponse::kRightsHurt:
        *outcome.rights_hurt.Add() = response.rights_hurt();
        break;
      case ImportZonesResponse::PART_NOT_SET:
        break;
    }
  }
}

Outcome Exchange(const ImportZonesHeader& header, std::ifstream& file, uintmax_t file_bytes,
                 const Session& session, Progress& progress) {
  Outcome outcome;
  grpc::ClientContext context;
  session.Prepare(context, kRoles, kImportDeadline);
  ZonesService::Stub stub(session.channel());
  const std::unique_ptr<Stream> stream = stub.ImportZones(&context);
  // Two directions at once: a register that reports faults while the file still comes must not be
  // left waiting for a reader.
  std::atomic<bool> file_read = true;
  std::thread sender([&] {
    if (Send(header, file, file_bytes, progress, *stream)) return;
    file_read = false;
    context.TryCancel();
  });
  Receive(*stream, progress, outcome);
  sender.join();
  outcome.status = Session::WithCallId(context, stream->Finish());
  outcome.file_failed = !file_read;
  if (outcome.status.ok() && !outcome.result) {
    outcome.status = {grpc::StatusCode::INTERNAL, "the register ended the import without a result"};
  }
  progress.Finish();
  return outcome;
}

template <typename Message>
ordered_json ListJson(const RepeatedPtrField<Message>& messages) {
  ordered_json list = ordered_json::array();
  for (const Message& message : messages) list.push_back(MessageJson(message));
  return list;
}

// Warnings and rights hurt, with an empty line behind each; empty when there are none.
std::string CareText(const Outcome& outcome, absl::TimeZone clock, bool colour) {
  std::string text;
  for (const std::string& part : {FindingsText(outcome.warnings, colour),
                                  RightsHurtText(outcome.rights_hurt, clock, colour)}) {
    if (!part.empty()) absl::StrAppend(&text, part, "\n");
  }
  return text;
}

ExitCode TellSuccess(const Outcome& outcome, const ImportZonesHeader& header,
                     const Session& session, const Output& output) {
  if (output.json) {
    output.Json({{"result", MessageJson(*outcome.result)},
                 {"warnings", ListJson(outcome.warnings)},
                 {"rightsHurt", ListJson(outcome.rights_hurt)},
                 {"validateOnly", header.validate_only()}});
    return kFine;
  }
  const absl::TimeZone clock = CityClock(session, header.parent(), kRoles);
  output.out << CareText(outcome, clock, output.colour)
             << ImportResultText(*outcome.result, header, clock);
  return kFine;
}

ExitCode TellFailure(const Outcome& outcome, const ImportZonesHeader& header,
                     const Session& session, const Output& output) {
  ordered_json partial = {{"faults", ordered_json::array()},
                          {"warnings", ListJson(outcome.warnings)},
                          {"rightsHurt", ListJson(outcome.rights_hurt)}};
  if (!output.json && !outcome.faults.empty()) {
    output.err << CareText(outcome, CityClock(session, header.parent(), kRoles),
                           /*colour=*/false);
  }
  for (const ImportFault& fault : outcome.faults) {
    if (output.json) {
      partial["faults"].push_back(MessageJson(fault));
    } else {
      output.err << FaultText(fault) << "\n";
    }
  }
  return Report(outcome.status, session.options().server, output, std::move(partial));
}

}  // namespace

void AddImportOptions(CLI::App& command, ImportArguments& arguments) {
  command.add_option("FILE", arguments.file, "GeoJSON FeatureCollection")
      ->required()
      ->option_text(" ");
  command.add_option("--city", arguments.city)->required()->option_text("CODE (required)");
  command
      .add_option("--rules", arguments.rules,
                  "{\"rules\": [{\"code_prefix\": ..., \"usage\": ..., \"regulation\": ...}]}")
      ->option_text("rules.json");
  command
      .add_option("--since", arguments.since,
                  "As the export told it: refuses what would undo a later change")
      ->option_text("CURSOR");
  command.add_flag("--dry-run", arguments.dry_run, "Judge the file, store nothing");
}

absl::StatusOr<ImportZonesHeader> ImportHeader(const ImportArguments& arguments) {
  const absl::StatusOr<std::string> city = CityName(arguments.city);
  if (!city.ok()) return city.status();
  const auto from = ParseTime(arguments.from, "--from");
  if (!from.ok()) return from.status();
  ImportZonesHeader header;
  header.set_parent(*city);
  header.set_as_drafts(arguments.as_drafts);
  header.set_replace_drafts(arguments.replace);
  header.set_cursor(arguments.since);
  header.set_validate_only(arguments.dry_run);
  if (*from) *header.mutable_in_force_start_time() = ToTimestamp(**from);
  if (!arguments.rules.empty()) {
    const absl::StatusOr<std::string> text = ReadFile(arguments.rules);
    if (!text.ok()) return text.status();
    const absl::Status status = ReadRules(*text, arguments.rules, header);
    if (!status.ok()) return status;
  }
  return header;
}

absl::Status ReadRules(absl::string_view text, const std::string& file, ImportZonesHeader& header) {
  const auto object = ParseObject(text, file, {"rules"});
  if (!object.ok()) return object.status();
  if (!object->contains("rules")) {
    return absl::InvalidArgumentError(absl::StrCat(file, ": must be {\"rules\": [ ... ]}"));
  }
  const auto rules = ReadMessages<zones::v1::ZoneRule>((*object)["rules"], file + ": rules");
  if (!rules.ok()) return rules.status();
  header.mutable_rules()->Add(rules->begin(), rules->end());
  return absl::OkStatus();
}

std::string FaultText(const ImportFault& fault) {
  std::string text =
      fault.feature_index() < 0 ? "file" : absl::StrCat("feature ", fault.feature_index());
  if (!fault.zone_code().empty()) absl::StrAppend(&text, " (", fault.zone_code(), ")");
  if (!fault.field().empty()) absl::StrAppend(&text, ": ", fault.field());
  absl::StrAppend(&text, ": ", fault.description());
  if (!fault.reason().empty()) absl::StrAppend(&text, " [", fault.reason(), "]");
  return Printable(text);
}

std::string ImportResultText(const zones::v1::ImportResult& result, const ImportZonesHeader& header,
                             absl::TimeZone clock) {
  std::string text =
      header.as_drafts()
          ? absl::StrCat("Drafts: ", result.drafted_count(), " stored, ", result.unchanged_count(),
                         " unchanged")
          : absl::StrCat("Zones: ", result.created_count(), " created, ", result.superseded_count(),
                         " superseded, ", result.unchanged_count(), " unchanged");
  if (result.has_in_force_start_time()) {
    absl::StrAppend(&text, "; in force from ", TimeText(result.in_force_start_time(), clock));
  }
  return absl::StrCat(
      header.validate_only() ? "Judged only, nothing was stored. It would be: " : "", text, "\n");
}

ExitCode RunImport(const ImportArguments& arguments, const Session& session, const Output& output) {
  const absl::StatusOr<ImportZonesHeader> header = ImportHeader(arguments);
  if (!header.ok()) return output.WrongUsage(header.status());
  std::error_code fault;
  std::ifstream file(arguments.file, std::ios::binary);
  if (!file || std::filesystem::is_directory(arguments.file, fault)) {
    return output.WrongUsage(
        absl::InvalidArgumentError(absl::StrCat(arguments.file, ": cannot be read")));
  }
  const uintmax_t size = std::filesystem::file_size(arguments.file, fault);
  Progress progress(output.err, output.err_is_terminal, &absl::Now);
  const Outcome outcome = Exchange(*header, file, fault ? 0 : size, session, progress);
  if (outcome.file_failed) {
    return output.WrongUsage(absl::InvalidArgumentError(
        absl::StrCat(arguments.file, ": cannot be read to its end; the import was called off")));
  }
  if (!outcome.status.ok()) return TellFailure(outcome, *header, session, output);
  return TellSuccess(outcome, *header, session, output);
}

}  // namespace stadspoort::client
