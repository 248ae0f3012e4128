#include "tests/scenarios/fare_judge.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/domain/fare.h"
#include "tests/scenarios/fare_wording.h"

namespace stadspoort::scenarios {
namespace {

std::string InWords(const std::vector<domain::FareRemark>& remarks) {
  if (remarks.empty()) return "none";
  return absl::StrJoin(remarks, ", ", [](std::string* out, domain::FareRemark remark) {
    absl::StrAppend(out, domain::Name(remark));
  });
}

void Compare(absl::string_view what, const std::string& expected, const std::string& got,
             std::vector<std::string>& differences) {
  if (expected == got) return;
  differences.push_back(absl::StrCat(what, ": expected ", expected, ", got ", got));
}

std::vector<const domain::ZoneVersion*> VersionsOf(const Group& group,
                                                   const domain::ZoneCode& zone) {
  std::vector<const domain::ZoneVersion*> versions;
  for (const domain::ZoneVersion& version : group.zones) {
    if (version.code == zone) versions.push_back(&version);
  }
  return versions;
}

}  // namespace

std::string Difference(const FareAnswer& expected, const FareAnswer& answer) {
  std::vector<std::string> differences;
  Compare("amount", AmountText(expected.amount_cents), AmountText(answer.amount_cents),
          differences);
  Compare("arithmetic", expected.arithmetic, answer.arithmetic, differences);
  Compare("remarks", InWords(expected.remarks), InWords(answer.remarks), differences);
  return absl::StrJoin(differences, "; ");
}

absl::StatusOr<FareAnswer> AnswerByRules(const Group& group, const Quote& quote) {
  std::vector<domain::Fare> fares;
  for (const domain::ZoneCode& zone : quote.zones) {
    absl::StatusOr<domain::Fare> fare =
        domain::FareOf(VersionsOf(group, zone), group.city.calendar, quote.term);
    if (!fare.ok()) return fare.status();
    fares.push_back(*std::move(fare));
  }
  size_t dearest = 0;
  for (size_t i = 1; i < fares.size(); ++i) {
    if (domain::IsDearer(fares[i], fares[dearest])) dearest = i;
  }
  const domain::Fare& due = fares[dearest];
  std::string arithmetic = Arithmetic(due, group.city.zone());
  if (fares.size() > 1) {
    arithmetic = absl::StrCat("in ", quote.zones[dearest].value(), ": ", arithmetic);
  }
  return FareAnswer{due.total_cents, std::move(arithmetic), due.remarks};
}

}  // namespace stadspoort::scenarios
