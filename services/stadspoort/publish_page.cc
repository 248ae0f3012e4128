#include "services/stadspoort/publish_page.h"

#include "absl/strings/str_cat.h"
#include "services/stadspoort/judgement_page.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/table.h"
#include "services/stadspoort/time_text.h"
#include "services/stadspoort/wrapped_text.h"

namespace stadspoort::client {
namespace {

constexpr absl::string_view kDryRun = "Judged only, nothing was stored. It would be:\n";

std::string JudgementBehind(const zones::v1::Judgement& judgement, absl::TimeZone clock,
                            bool colour) {
  const std::string text = JudgementText(judgement, clock, colour);
  return text.empty() ? "" : absl::StrCat("\n", text);
}

}  // namespace

std::string PublishPage(const zones::v1::PublishZonesResponse& response, bool dry_run,
                        absl::TimeZone clock, bool colour) {
  Table versions({"ZONE", "VERSION"});
  for (const zones::v1::PublishedVersion& version : response.versions()) {
    versions.AddRow({{CodeOf(version.zone())}, {absl::StrCat(version.zone_version())}});
  }
  return absl::StrCat(dry_run ? kDryRun : "", "Published; in force from ",
                      TimeText(response.in_force_start_time(), clock), ".\n",
                      versions.Render(colour, 2),
                      JudgementBehind(response.judgement(), clock, colour));
}

std::string RetirePage(const zones::v1::RetireZoneResponse& response, bool dry_run,
                       absl::TimeZone clock, bool colour) {
  const zones::v1::Zone& zone = response.zone();
  return absl::StrCat(
      dry_run ? kDryRun : "",
      WrappedText(absl::StrCat(CodeOf(zone.name()), " is retired: it ends at ",
                               TimeText(zone.in_force_end_time(), clock), " with version ",
                               zone.zone_version(),
                               ", and from then on nothing is required there. Its history stays."),
                  0),
      JudgementBehind(response.judgement(), clock, colour));
}

std::string WithdrawPage(const zones::v1::WithdrawZoneVersionResponse& response, bool dry_run,
                         absl::TimeZone clock, bool colour) {
  const zones::v1::Zone& zone = response.zone();
  return absl::StrCat(
      dry_run ? kDryRun : "",
      WrappedText(absl::StrCat("Version ", zone.zone_version(), " of ", CodeOf(zone.name()),
                               " is withdrawn; it would have come into force at ",
                               TimeText(zone.in_force_start_time(), clock), "."),
                  0),
      JudgementBehind(response.judgement(), clock, colour));
}

}  // namespace stadspoort::client
