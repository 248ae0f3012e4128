// Runs as a step of the build: fails it when the contract breaks one of its own rules.
//  - every method carries the option `access` with at least one role, none of them unspecified or
//  twice;
//  - a field named like a plate's text or a person is marked `sensitive`.
#include <iostream>
#include <set>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "stadspoort/checks/v1/checks.pb.h"
#include "stadspoort/cities/v1/cities.pb.h"
#include "stadspoort/common/v1/access.pb.h"
#include "stadspoort/operations/v1/operations.pb.h"
#include "stadspoort/permits/v1/permits.pb.h"
#include "stadspoort/rights/v1/rights.pb.h"
#include "stadspoort/zones/v1/zones.pb.h"

namespace {

using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;
namespace common = stadspoort::common::v1;

void CheckAccess(const MethodDescriptor& method, std::vector<std::string>& faults) {
  if (!method.options().HasExtension(common::access)) {
    faults.push_back(method.full_name() + " does not say who may call it");
    return;
  }
  const common::Access& access = method.options().GetExtension(common::access);
  std::set<int> seen;
  for (const int role : access.roles()) {
    if (role == common::ROLE_UNSPECIFIED) faults.push_back(method.full_name() + " allows no role");
    if (!seen.insert(role).second) faults.push_back(method.full_name() + " names a role twice");
  }
  if (seen.empty()) faults.push_back(method.full_name() + " allows nobody");
}

void CheckSensitive(const google::protobuf::Descriptor& message, std::vector<std::string>& faults) {
  static const std::set<std::string> kSensitiveNames = {"number", "plate_number", "holder",
                                                        "address"};
  for (int i = 0; i < message.field_count(); ++i) {
    const auto& field = *message.field(i);
    if (kSensitiveNames.contains(field.name()) &&
        !field.options().GetExtension(common::sensitive)) {
      faults.push_back(field.full_name() + " is not marked sensitive");
    }
  }
}

}  // namespace

int main() {
  // The services, and everything they depend on.
  const std::vector<const FileDescriptor*> files = {
      stadspoort::checks::v1::CheckAnswer::descriptor()->file(),
      stadspoort::cities::v1::City::descriptor()->file(),
      stadspoort::operations::v1::ProjectorStatus::descriptor()->file(),
      stadspoort::permits::v1::Permit::descriptor()->file(),
      stadspoort::rights::v1::Right::descriptor()->file(),
      stadspoort::zones::v1::Zone::descriptor()->file(),
      stadspoort::common::v1::Access::descriptor()->file(),
  };
  std::vector<std::string> faults;
  std::set<const FileDescriptor*> seen;
  std::vector<const FileDescriptor*> queue = files;
  while (!queue.empty()) {
    const FileDescriptor* file = queue.back();
    queue.pop_back();
    if (!seen.insert(file).second || file->package().rfind("stadspoort.", 0) != 0) continue;
    for (int i = 0; i < file->dependency_count(); ++i) queue.push_back(file->dependency(i));
    for (int i = 0; i < file->message_type_count(); ++i)
      CheckSensitive(*file->message_type(i), faults);
    for (int i = 0; i < file->service_count(); ++i) {
      for (int j = 0; j < file->service(i)->method_count(); ++j) {
        CheckAccess(*file->service(i)->method(j), faults);
      }
    }
  }
  for (const std::string& fault : faults) std::cerr << "contract: " << fault << "\n";
  return faults.empty() ? 0 : 1;
}
