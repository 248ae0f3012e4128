#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

// A permit as a test thinks of it: written from the rules [domain.md, Permits] and not from the
// code, small enough to be read at a glance.
namespace stadspoort::testing {

// What of its type the model needs.
struct ModelType {
  int64_t price_cents = 0;
  int months = 1;
  bool reviewed = false;  // and "lease" must be given
  int plates_max = 2;
  int swaps_a_day = 3;
  absl::Duration stand_in_max = absl::Hours(24 * 10);
  absl::Duration payment_term = absl::Hours(24 * 7);
  absl::Duration offer_term = absl::Hours(24 * 5);
  absl::Duration overdue_term = absl::Hours(24 * 10);
  int renewal_days = 20;
  int reminder_days = 3;
};

class ModelPermit {
 public:
  struct Plate {
    std::string number;
    bool active = true;
    friend bool operator==(const Plate&, const Plate&) = default;
  };
  using Plates = std::vector<Plate>;

  // Every verb gives the reason of the refusal; empty: granted.
  // `full`: whether the area has no place, which others decide.
  std::string Apply(const ModelType& type, absl::Time now, const std::string& area,
                    const std::vector<std::string>& plates, bool full);
  std::string Give(absl::Time now, const std::string& kind);
  std::string AskLease(absl::Time now);
  std::string Approve(absl::Time now, bool full);
  std::string Refuse(absl::Time now);
  std::string Offer(absl::Time now);  // by the register itself
  std::string Accept(absl::Time now);
  std::string Pay(absl::Time now, int64_t cents);
  std::string Suspend(absl::Time now);
  std::string Resume(absl::Time now);
  std::string Renew(absl::Time now);
  std::string Move(absl::Time now, const std::string& area, bool full);
  std::string Withdraw(absl::Time now);
  std::string Revoke(absl::Time now);
  std::string Add(absl::Time now, absl::Time at, const std::string& plate);
  std::string Remove(absl::Time now, absl::Time at, const std::string& plate);
  std::string Swap(absl::Time now, absl::Time at, const std::string& out, const std::string& in);
  std::string Activate(absl::Time now, absl::Time at, const std::string& plate,
                       const std::string& instead_of);
  std::string StandIn(absl::Time now, absl::Time at, absl::Time until, const std::string& out,
                      const std::string& in);
  std::string CallBack(absl::Time now);
  // What time alone does by then.
  void Advance(absl::Time now);

  const std::string& state() const { return state_; }
  const std::string& area() const { return area_; }
  bool holds_place() const;
  bool over() const;
  // What is to be paid now.
  std::optional<int64_t> due() const;
  int64_t refund(absl::Time now) const;
  // Every event so far: "PAID ACTIVE".
  const std::vector<std::string>& events() const { return events_; }
  // Which plates are covered at a moment that has passed, in which area; and which rest.
  std::map<std::string, std::string> CoveredAt(absl::Time t) const;
  std::vector<std::string> RestingAt(absl::Time t) const;
  // Those on it now.
  Plates At(absl::Time t) const;

 private:
  struct List {
    Plates plates;
    bool swap = false;
    bool comes_back = false;
  };

  std::string Illegal() const { return "PERMIT_MOVE_NOT_ALLOWED"; }
  void Tell(const std::string& kind);
  void Grant(absl::Time now);
  void Activate(absl::Time now);
  std::string MayChange(absl::Time now, absl::Time at) const;
  bool SwapsUsed(absl::Time at) const;
  void Put(absl::Time at, List list);
  // In force by its own terms: not suspended, not revoked, within its rights.
  bool HoldsAt(absl::Time t) const;

  ModelType type_;
  std::string state_;
  std::vector<std::string> events_;
  bool lease_ = false;
  std::string area_;
  std::map<absl::Time, std::string> areas_;
  std::map<absl::Time, List> lists_;
  std::optional<absl::Time> answer_by_;
  std::optional<absl::Time> start_;
  absl::CivilDay first_day_;          // of all terms
  int months_ = 0;                    // of all terms
  std::vector<absl::CivilDay> paid_;  // the first day of every term
  bool renewing_ = false;
  absl::Time rights_end_;
  std::map<absl::Time, absl::Time> suspensions_;
  std::optional<absl::Time> revoked_;
  absl::Time told_;
};

absl::TimeZone Brussels();
absl::CivilDay ModelEnd(absl::CivilDay first_day, int months);

}  // namespace stadspoort::testing
