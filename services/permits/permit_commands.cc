#include "services/permits/permit_commands.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/domain/refusal.h"

namespace stadspoort::permits {
namespace {

using domain::PermitEventKind;

// What came of a verb of the domain.
absl::StatusOr<Verdict> Told(const absl::Status& status, PermitEventKind kind) {
  if (!status.ok()) return status;
  return Verdict{{kind}, std::nullopt, 0};
}

absl::Status ChangeBook(const PlateChangeAsked& change, const std::vector<domain::PlateId>& plates,
                        const domain::PlateBook::When& when, const domain::PlateLimits& limits,
                        domain::PlateBook& book) {
  using Kind = PlateChangeAsked::Kind;
  const auto listed = [&](size_t i) {
    return domain::ListedPlate{plates[i], change.plates[i].country, true};
  };
  switch (change.kind) {
    case Kind::kAdd:
      return book.Add(listed(0), limits, when);
    case Kind::kRemove:
      return book.Remove(plates[0], when);
    case Kind::kSwap:
      return book.Swap(plates[0], listed(1), limits, when);
    case Kind::kActivate:
      return book.Activate(plates[0], plates.size() > 1 ? std::optional(plates[1]) : std::nullopt,
                           limits, when);
    case Kind::kStandIn:
      return domain::WithFieldPrefix(
          book.StandIn(plates[0], listed(1), *change.until, limits, when), "stand_in");
    case Kind::kCallBack:
      return book.CallBack(when);
  }
  return absl::InternalError("a change of plates that is not known");
}

}  // namespace

absl::StatusOr<Changed> PermitCommands::GiveEvidence(const platform::Call& call, ChangeAsked asked,
                                                     const std::string& kind) {
  asked.counts = true;
  return change_.Change(call, asked, [&](Dossier& dossier) {
    return Told(
        domain::AddEvidence(kind, dossier.Type(), dossier.counts, dossier.moment, dossier.permit),
        PermitEventKind::kEvidenceGiven);
  });
}

absl::StatusOr<Changed> PermitCommands::AskEvidence(const platform::Call& call,
                                                    const ChangeAsked& asked,
                                                    const std::vector<std::string>& kinds) {
  return change_.Change(call, asked, [&](Dossier& dossier) -> absl::StatusOr<Verdict> {
    const std::vector<std::string>& needed = dossier.Type().evidence;
    for (size_t i = 0; i < kinds.size(); ++i) {
      if (std::find(needed.begin(), needed.end(), kinds[i]) == needed.end()) {
        return domain::InvalidField(absl::StrCat("evidence_kinds[", i, "]"),
                                    "must be one of the type's kinds");
      }
    }
    return Told(domain::AskEvidence(kinds, dossier.permit), PermitEventKind::kEvidenceAsked);
  });
}

absl::StatusOr<Changed> PermitCommands::Approve(const platform::Call& call, ChangeAsked asked) {
  asked.counts = true;
  return change_.Change(call, asked, [&](Dossier& dossier) {
    return Told(domain::Approve(dossier.Type(), dossier.counts, dossier.moment, dossier.permit),
                PermitEventKind::kApproved);
  });
}

absl::StatusOr<Changed> PermitCommands::Refuse(const platform::Call& call,
                                               const ChangeAsked& asked) {
  return change_.Change(call, asked, [&](Dossier& dossier) {
    return Told(domain::Refuse(dossier.permit), PermitEventKind::kRefused);
  });
}

absl::StatusOr<Changed> PermitCommands::AcceptOffer(const platform::Call& call, ChangeAsked asked) {
  asked.counts = true;
  return change_.Change(call, asked, [&](Dossier& dossier) {
    return Told(domain::AcceptOffer(dossier.Type(), dossier.counts, dossier.moment, dossier.permit),
                PermitEventKind::kOfferAccepted);
  });
}

absl::StatusOr<Changed> PermitCommands::ConfirmPayment(const platform::Call& call,
                                                       const ChangeAsked& asked) {
  return change_.Change(call, asked, [&](Dossier& dossier) {
    return Told(domain::Pay(asked.amount_cents, dossier.moment, dossier.permit),
                PermitEventKind::kPaid);
  });
}

absl::StatusOr<Changed> PermitCommands::Suspend(const platform::Call& call,
                                                const ChangeAsked& asked) {
  return change_.Change(call, asked, [&](Dossier& dossier) {
    return Told(domain::Suspend(dossier.moment, dossier.permit), PermitEventKind::kSuspended);
  });
}

absl::StatusOr<Changed> PermitCommands::Resume(const platform::Call& call,
                                               const ChangeAsked& asked) {
  return change_.Change(call, asked, [&](Dossier& dossier) {
    return Told(domain::Resume(dossier.moment, dossier.permit), PermitEventKind::kResumed);
  });
}

absl::StatusOr<Changed> PermitCommands::Renew(const platform::Call& call, ChangeAsked asked) {
  asked.counts = true;
  return change_.Change(call, asked, [&](Dossier& dossier) {
    return Told(domain::Renew(dossier.PresentType(), dossier.present_version, dossier.counts,
                              dossier.moment, dossier.permit),
                PermitEventKind::kRenewalAsked);
  });
}

absl::StatusOr<Changed> PermitCommands::Move(const platform::Call& call, ChangeAsked asked,
                                             const std::string& address,
                                             const domain::PermitAreaCode& area) {
  asked.counts = true;
  asked.new_address = address;
  asked.new_area = area;
  return change_.Change(call, asked, [&](Dossier& dossier) -> absl::StatusOr<Verdict> {
    const bool nothing = dossier.permit.address == address && dossier.permit.area() == area;
    const absl::Status moved =
        domain::MoveHouse(address, area, dossier.PresentType(), dossier.present_version,
                          dossier.counts, dossier.moment, dossier.permit);
    if (moved.ok() && nothing) return Verdict();
    return Told(moved, PermitEventKind::kMoved);
  });
}

absl::StatusOr<Changed> PermitCommands::Withdraw(const platform::Call& call,
                                                 const ChangeAsked& asked) {
  return change_.Change(call, asked, [&](Dossier& dossier) -> absl::StatusOr<Verdict> {
    const absl::StatusOr<int64_t> refund =
        domain::Withdraw(dossier.Type(), dossier.moment, dossier.permit);
    if (!refund.ok()) return refund.status();
    return Verdict{{PermitEventKind::kWithdrawn}, std::nullopt, *refund};
  });
}

absl::StatusOr<Changed> PermitCommands::Revoke(const platform::Call& call,
                                               const ChangeAsked& asked) {
  return change_.Change(call, asked, [&](Dossier& dossier) {
    return Told(domain::Revoke(dossier.moment, dossier.permit), PermitEventKind::kRevoked);
  });
}

absl::StatusOr<Changed> PermitCommands::ChangePlates(const platform::Call& call, ChangeAsked asked,
                                                     const PlateChangeAsked& change) {
  for (const PlateAsked& plate : change.plates) asked.plates.push_back(plate.number);
  return change_.Change(call, asked, [&](Dossier& dossier) -> absl::StatusOr<Verdict> {
    if (absl::Status may = domain::MayChangePlates(dossier.permit); !may.ok()) return may;
    const domain::PlateBook::When when{dossier.moment.now, change.at.value_or(dossier.moment.now),
                                       dossier.moment.zone};
    const domain::PlateBook before = dossier.permit.plates;
    const absl::Status changed =
        ChangeBook(change, dossier.plates, when, dossier.Type().plates, dossier.permit.plates);
    if (!changed.ok()) return changed;
    if (dossier.permit.plates == before) return Verdict();  // it is so already
    return Verdict{{PermitEventKind::kPlatesChanged}, when.at, 0};
  });
}

}  // namespace stadspoort::permits
