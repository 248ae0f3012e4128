#include "services/stadspoort/city_commands.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "services/stadspoort/calendar_commands.h"
#include "services/stadspoort/city_file.h"
#include "services/stadspoort/city_page.h"
#include "services/stadspoort/command.h"
#include "services/stadspoort/failure.h"
#include "services/stadspoort/json_file.h"
#include "services/stadspoort/json_text.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/right_type_commands.h"
#include "services/stadspoort/table.h"
#include "stadspoort/cities/v1/cities.grpc.pb.h"

namespace stadspoort::client {
namespace {

using cities::v1::CitiesService;
using nlohmann::ordered_json;

// Calendars and contracts are a city administrator's; cities the operator's. Creating both takes
// both.
constexpr absl::string_view kCreateRoles = "operator,city-admin";
constexpr absl::string_view kUpdateRoles = "city-admin";
constexpr absl::string_view kShowRoles = "clerk";

struct CreateArguments {
  std::string city;
  std::string file;
  std::string display_name;
  std::string time_zone;
  std::vector<std::string> languages;
  bool resume = false;
};

struct UpdateArguments {
  std::string city;
  std::string file;
  std::string etag;
  bool dry_run = false;
};

absl::StatusOr<CityPlan> PlanOf(const CreateArguments& arguments) {
  const absl::StatusOr<std::string> name = CityName(arguments.city);
  if (!name.ok()) return name.status();
  absl::StatusOr<CityPlan> plan = CityPlan{};
  if (arguments.file.empty()) {
    plan->city.set_city_id(CodeOf(*name));
  } else {
    const absl::StatusOr<std::string> text = ReadFile(arguments.file);
    if (!text.ok()) return text.status();
    plan = ReadCityFile(*text, arguments.file, *name);
    if (!plan.ok()) return plan;
  }
  cities::v1::City& city = *plan->city.mutable_city();
  if (!arguments.display_name.empty()) city.set_display_name(arguments.display_name);
  if (!arguments.time_zone.empty()) city.set_time_zone(arguments.time_zone);
  if (!arguments.languages.empty()) {
    city.mutable_languages()->Assign(arguments.languages.begin(), arguments.languages.end());
  }
  return plan;
}

// Carries a plan out, step by step, and says what was done.
class Creation {
 public:
  Creation(const Session& session, const Output& output, bool resume)
      : session_(session), output_(output), resume_(resume) {}

  ExitCode Run(const CityPlan& plan) {
    grpc::Status status = CreateCity(plan);
    for (size_t i = 0; status.ok() && i < plan.right_types.size(); ++i) {
      status = CreateRightType(plan.right_types[i]);
    }
    if (status.ok() && plan.calendar) status = UpdateCalendar(*plan.calendar);
    for (size_t i = 0; status.ok() && i < plan.contracts.size(); ++i) {
      status = CreateContract(plan.contracts[i]);
    }
    if (!status.ok()) return Report(status, session_.options().server, output_, std::move(done_));
    if (output_.json) output_.Json(done_);
    return kFine;
  }

 private:
  grpc::Status CreateCity(const CityPlan& plan) {
    cities::v1::CreateCityResponse response;
    const grpc::Status status =
        session_.Call(&CitiesService::Stub::CreateCity, kCreateRoles, plan.city, response);
    const std::string code = plan.city.city_id();
    if (resume_ && status.error_code() == grpc::StatusCode::ALREADY_EXISTS) {
      Say(absl::StrCat("city ", code, " exists already; its settings stay as they are"));
      return grpc::Status::OK;
    }
    if (!status.ok()) return status;
    done_["city"] = MessageJson(response.city());
    Say(absl::StrCat("city ", code, " created: ", response.city().display_name(), ", ",
                     response.city().time_zone()));
    return status;
  }

  grpc::Status CreateRightType(const cities::v1::CreateRightTypeRequest& request) {
    cities::v1::CreateRightTypeResponse response;
    const grpc::Status status =
        session_.Call(&CitiesService::Stub::CreateRightType, kCreateRoles, request, response);
    if (resume_ && status.error_code() == grpc::StatusCode::ALREADY_EXISTS) {
      Say(absl::StrCat("right type ", request.right_type_id(),
                       " exists already; it stays as it is"));
      return grpc::Status::OK;
    }
    if (!status.ok()) return Within("right type " + request.right_type_id(), status);
    done_["rightTypes"].push_back(MessageJson(response.right_type()));
    Say(absl::StrCat("right type ", request.right_type_id(), " created"));
    return status;
  }

  grpc::Status UpdateCalendar(const cities::v1::UpdateCalendarRequest& request) {
    cities::v1::UpdateCalendarResponse response;
    const grpc::Status status =
        session_.Call(&CitiesService::Stub::UpdateCalendar, kCreateRoles, request, response);
    if (!status.ok()) return Within("calendar", status);
    done_["calendar"] = MessageJson(response.calendar());
    Say(absl::StrCat("calendar set: ", response.calendar().special_days_size(), " special days"));
    return status;
  }

  grpc::Status CreateContract(const cities::v1::CreateContractRequest& request) {
    cities::v1::CreateContractResponse response;
    const grpc::Status status =
        session_.Call(&CitiesService::Stub::CreateContract, kCreateRoles, request, response);
    if (resume_ && status.error_code() == grpc::StatusCode::ALREADY_EXISTS) {
      Say(absl::StrCat("contract ", request.contract_id(), " exists already; it stays as it is"));
      return grpc::Status::OK;
    }
    if (!status.ok()) return Within("contract " + request.contract_id(), status);
    done_["contracts"].push_back(MessageJson(response.contract()));
    Say(absl::StrCat("contract ", request.contract_id(), " with ", response.contract().provider(),
                     " set"));
    return status;
  }

  // The city is there by now: say which step failed, and how to go on.
  static grpc::Status Within(const std::string& step, const grpc::Status& status) {
    return {status.error_code(),
            absl::StrCat(step, ": ", status.error_message(),
                         " (the city was created; mend this and go on with --continue)"),
            status.error_details()};
  }

  void Say(const std::string& text) const {
    if (!output_.json) output_.out << Printable(text) << "\n";
  }

  const Session& session_;
  const Output& output_;
  const bool resume_;
  ordered_json done_ = ordered_json::object();
};

ExitCode Create(const CreateArguments& arguments, const Session& session, const Output& output) {
  const absl::StatusOr<CityPlan> plan = PlanOf(arguments);
  if (!plan.ok()) return output.WrongUsage(plan.status());
  return Creation(session, output, arguments.resume).Run(*plan);
}

absl::StatusOr<cities::v1::UpdateCityRequest> UpdateOf(const UpdateArguments& arguments) {
  const absl::StatusOr<std::string> name = CityName(arguments.city);
  if (!name.ok()) return name.status();
  const absl::StatusOr<std::string> text = ReadFile(arguments.file);
  if (!text.ok()) return text.status();
  auto request = ReadCityUpdate(*text, arguments.file, *name);
  if (request.ok()) request->mutable_city()->set_etag(arguments.etag);
  if (request.ok()) request->set_validate_only(arguments.dry_run);
  return request;
}

ExitCode Update(const UpdateArguments& arguments, const Session& session, const Output& output) {
  const auto request = UpdateOf(arguments);
  if (!request.ok()) return output.WrongUsage(request.status());
  cities::v1::GetCityRequest known_request;
  known_request.set_name(request->city().name());
  cities::v1::GetCityResponse known;
  const grpc::Status status =
      session.Call(&CitiesService::Stub::GetCity, kUpdateRoles, known_request, known);
  if (!status.ok()) return Report(status, session.options().server, output);
  const std::string& time_zone = request->city().time_zone();
  if (!time_zone.empty() && time_zone != known.city().time_zone()) {
    return output.WrongUsage(absl::InvalidArgumentError(
        absl::StrCat(arguments.file, ": city: the time zone of ", request->city().name(), " is ",
                     known.city().time_zone(), " for life, not ", time_zone)));
  }
  return CallAndShow(
      session, output, &CitiesService::Stub::UpdateCity, kUpdateRoles, request,
      [&](const cities::v1::UpdateCityResponse& response) {
        return absl::StrCat(
            arguments.dry_run ? "Judged only, nothing was stored. It would be: " : "", "city ",
            CodeOf(response.city().name()),
            " changed: ", absl::StrJoin(request->update_mask().paths(), ", "), "\n");
      });
}

ExitCode Show(const std::string& city, const Session& session, const Output& output) {
  const absl::StatusOr<std::string> name = CityName(city);
  if (!name.ok()) return output.WrongUsage(name.status());
  cities::v1::GetCityRequest city_request;
  city_request.set_name(*name);
  cities::v1::GetCityResponse found;
  grpc::Status status =
      session.Call(&CitiesService::Stub::GetCity, kShowRoles, city_request, found);
  cities::v1::ListRightTypesRequest types_request;
  types_request.set_parent(*name);
  cities::v1::ListRightTypesResponse types;
  if (status.ok()) {
    status = session.Call(&CitiesService::Stub::ListRightTypes, kShowRoles, types_request, types);
  }
  cities::v1::GetCalendarRequest calendar_request;
  calendar_request.set_name(absl::StrCat(*name, "/calendar"));
  cities::v1::GetCalendarResponse calendar;
  if (status.ok()) {
    status =
        session.Call(&CitiesService::Stub::GetCalendar, kShowRoles, calendar_request, calendar);
  }
  if (!status.ok()) return Report(status, session.options().server, output);
  if (output.json) {
    output.Json({{"city", MessageJson(found.city())},
                 {"rightTypes", MessageJson(types)["rightTypes"]},
                 {"calendar", MessageJson(calendar.calendar())}});
    return kFine;
  }
  absl::TimeZone clock = absl::UTCTimeZone();
  absl::LoadTimeZone(found.city().time_zone(), &clock);
  output.out << CityPage(found.city(), {types.right_types().begin(), types.right_types().end()},
                         calendar.calendar(), clock, output.colour);
  return kFine;
}

void AddCreate(CLI::App& group, Action& chosen) {
  CLI::App& command = *group.add_subcommand(
      "create", "Create a city, its right types, its calendar of special days, its contracts");
  const auto arguments = std::make_shared<CreateArguments>();
  command.add_option("CODE", arguments->city, "Such as ghent")->required()->option_text(" ");
  command
      .add_option("--file", arguments->file,
                  "{\"city\": ..., \"right_types\": [...], \"calendar\": ..., \"contracts\": "
                  "[...]}")
      ->option_text("city.json");
  command.add_option("--name", arguments->display_name, "For people, such as Gent")
      ->option_text("NAME");
  command.add_option("--time-zone", arguments->time_zone, "Such as Europe/Brussels")
      ->option_text("IANA");
  command.add_option("--language", arguments->languages, "Repeatable; the first is the city's own")
      ->allow_extra_args(false)
      ->delimiter(',')
      ->option_text("nl|fr|de|en");
  command.add_flag("--continue", arguments->resume,
                   "Go on with a city that exists: leave what is there, add what is missing, set "
                   "the calendar");
  command.callback([arguments, &chosen] {
    chosen = [arguments](const Session& session, const Output& output) {
      return Create(*arguments, session, output);
    };
  });
}

void AddUpdate(CLI::App& group, Action& chosen) {
  CLI::App& command = *group.add_subcommand(
      "update", "Change the settings that stand under \"city\" in a file; leave all others");
  UpdateArguments& arguments = Choose(command, chosen, &Update);
  command.add_option("CODE", arguments.city, "Such as ghent")->required()->option_text(" ");
  command
      .add_option("--file", arguments.file,
                  "{\"city\": {\"bounds\": ...}}; right types and calendar in it are not read")
      ->required()
      ->option_text("city.json (required)");
  command.add_option("--etag", arguments.etag, "Only if this is still the city's version tag")
      ->option_text("TAG");
  command.add_flag("--dry-run", arguments.dry_run, "Judge only, store nothing");
}

void AddShow(CLI::App& group, Action& chosen) {
  CLI::App& command =
      *group.add_subcommand("show", "Settings, right types and special days of a city");
  const auto city = std::make_shared<std::string>();
  command.add_option("CODE", *city, "Such as ghent")->required()->option_text(" ");
  command.callback([city, &chosen] {
    chosen = [city](const Session& session, const Output& output) {
      return Show(*city, session, output);
    };
  });
}

}  // namespace

void AddCityCommands(CLI::App& app, Action& chosen) {
  CLI::App& group = *app.add_subcommand("city", "Cities: settings, right types, special days");
  AddCreate(group, chosen);
  AddUpdate(group, chosen);
  AddShow(group, chosen);
  AddCalendarCommands(group, chosen);
  AddRightTypeCommands(group, chosen);
}

}  // namespace stadspoort::client
