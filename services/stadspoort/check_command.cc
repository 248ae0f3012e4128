#include "services/stadspoort/check_command.h"

#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/domain/limits.h"
#include "services/stadspoort/check_answer.h"
#include "services/stadspoort/check_question.h"
#include "services/stadspoort/check_table.h"
#include "services/stadspoort/failure.h"
#include "services/stadspoort/json_text.h"
#include "services/stadspoort/plates.h"
#include "stadspoort/checks/v1/checks.grpc.pb.h"

namespace stadspoort::client {
namespace {

using checks::v1::BatchCheckPlatesRequest;
using checks::v1::BatchCheckPlatesResponse;
using checks::v1::ChecksService;
using common::v1::Plate;

constexpr absl::string_view kRoles = "enforcer";

// Asks about plates[from, to).
grpc::Status AskBatch(const Session& session, const CheckArguments& arguments,
                      BatchCheckPlatesRequest question, const std::vector<Plate>& plates,
                      size_t from, size_t to, BatchCheckPlatesResponse& all) {
  for (size_t i = from; i < to; ++i) {
    checks::v1::CheckItem& item = *question.add_items();
    *item.mutable_plate() = plates[i];
    if (arguments.confidence) item.set_confidence(*arguments.confidence);
  }
  BatchCheckPlatesResponse response;
  const grpc::Status status =
      session.Call(&ChecksService::Stub::BatchCheckPlates, kRoles, question, response);
  if (!status.ok()) return status;
  if (response.answers_size() != question.items_size()) {
    // Which answer belongs to which plate cannot be told any more.
    return {grpc::StatusCode::INTERNAL,
            absl::StrCat("the register gave ", response.answers_size(), " answers to ",
                         question.items_size(), " questions")};
  }
  all.MergeFrom(response);
  return status;
}

// In batches as large as the register takes. Stops at the first that fails; `all` then answers the
// first plates only.
grpc::Status AskAll(const Session& session, const CheckArguments& arguments,
                    const BatchCheckPlatesRequest& question, const std::vector<Plate>& plates,
                    BatchCheckPlatesResponse& all) {
  for (size_t from = 0; from < plates.size(); from += domain::limits::kBatchMaxItems) {
    const size_t to = std::min(plates.size(), from + domain::limits::kBatchMaxItems);
    grpc::Status status = AskBatch(session, arguments, question, plates, from, to, all);
    if (!status.ok()) return status;
  }
  return grpc::Status::OK;
}

void Print(const BatchCheckPlatesRequest& question, const std::vector<Plate>& plates,
           const BatchCheckPlatesResponse& all, bool why, const Session& session,
           const Output& output) {
  const CheckView view{session.options().language, CityClock(session, question.parent(), kRoles),
                       output.colour};
  output.out << QuestionText(question, all.answers(), view) << "\n\n"
             << CheckTable(plates, all.answers(), view);
  if (!why) return;
  for (int i = 0; i < all.answers_size(); ++i) {
    output.out << "\n" << WhyText(plates[static_cast<size_t>(i)], all.answers(i), view);
  }
}

ExitCode Check(const CheckArguments& arguments, const Session& session, const Output& output) {
  const auto question = CheckQuestion(arguments, session.options().language);
  if (!question.ok()) return output.WrongUsage(question.status());
  const auto plates = ReadPlates(arguments.plates, std::cin);
  if (!plates.ok()) return output.WrongUsage(plates.status());
  BatchCheckPlatesResponse all;
  const grpc::Status status = AskAll(session, arguments, *question, *plates, all);
  if (output.json) ReadDecisions(all);
  if (!output.json && !all.answers().empty()) {
    Print(*question, *plates, all, arguments.why, session, output);
  }
  if (!status.ok()) {
    if (!output.json) {
      output.err << plates->size() - static_cast<size_t>(all.answers_size()) << " of "
                 << plates->size() << " plates were not answered: neither yes nor no.\n";
    }
    return Report(status, session.options().server, output, MessageJson(all));
  }
  if (output.json) output.Json(MessageJson(all));
  return ExitCodeOf(all.answers());
}

}  // namespace

void AddCheckCommand(CLI::App& app, Action& chosen) {
  CLI::App& command =
      *app.add_subcommand("check", "May these plates stand or drive here, at this moment?");
  const auto arguments = std::make_shared<CheckArguments>();
  command
      .add_option("PLATE", arguments->plates,
                  "NUMBER or NUMBER/COUNTRY; - reads plates from standard input, one a line")
      ->required()
      ->option_text(" ");
  command.add_option("--city", arguments->city)->option_text("CODE");
  command.add_option("--zone", arguments->zones, "Repeatable: it is one of these")
      ->allow_extra_args(false)
      ->delimiter(',')
      ->option_text("ZONE");
  command
      .add_option("--position", arguments->position, "Degrees; accuracy in metres, 10 unless given")
      ->option_text("LAT,LON[,ACCURACY]");
  command
      .add_option("--usage", arguments->usage,
                  "Which rules are asked about, such as paid-parking or access; needed with "
                  "--position")
      ->option_text("USAGE");
  command.add_option("--at", arguments->at, "The moment that is judged; default now")
      ->option_text("TIME");
  command.add_flag("--strong", arguments->strong,
                   "Take everything committed into account for a yes, too");
  command.add_option("--confidence", arguments->confidence, "Of the reading")
      ->check(CLI::Range(0, 100))
      ->option_text("0..100");
  command.add_flag("--why", arguments->why, "Show what each answer rests on, and candidates");
  command.footer(
      app.get_footer() +
      "\nExit codes of check: 0 all permitted or not required; 10 any not permitted; 11 any to be "
      "reviewed,\nnone not permitted; 12 any unknown, whatever the others are.");
  command.callback([arguments, &chosen] {
    chosen = [arguments](const Session& session, const Output& output) {
      return Check(*arguments, session, output);
    };
  });
}

}  // namespace stadspoort::client
