#include "services/cities/cities_service.h"

#include "services/cities/convert.h"
#include "services/cities/convert_contract.h"
#include "services/contract/names.h"

namespace stadspoort::cities {

using platform::Call;

grpc::Status CitiesService::CreateCity(grpc::ServerContext* context,
                                       const v1::CreateCityRequest* request,
                                       v1::CreateCityResponse* response) {
  return edge_.Serve(*context, "/stadspoort.cities.v1.CitiesService/CreateCity",
                     [&](const Call& call) {
                       const auto asked = ReadCreate(*request);
                       if (!asked.ok()) return asked.status();
                       if (absl::Status admitted = call.Admits(asked->city); !admitted.ok())
                         return admitted;
                       const auto city = commands_.Create(call, *asked);
                       if (!city.ok()) return city.status();
                       *response->mutable_city() = WriteCity(asked->city, *city);
                       return absl::OkStatus();
                     });
}

grpc::Status CitiesService::GetCity(grpc::ServerContext* context, const v1::GetCityRequest* request,
                                    v1::GetCityResponse* response) {
  return edge_.Serve(*context, "/stadspoort.cities.v1.CitiesService/GetCity",
                     [&](const Call& call) {
                       const auto code = contract::ParseCityName(request->name(), "name");
                       if (!code.ok()) return code.status();
                       if (absl::Status admitted = call.Admits(*code); !admitted.ok())
                         return admitted;
                       const auto city = commands_.Get(call, *code);
                       if (!city.ok()) return city.status();
                       *response->mutable_city() = WriteCity(*code, *city);
                       return absl::OkStatus();
                     });
}

grpc::Status CitiesService::UpdateCity(grpc::ServerContext* context,
                                       const v1::UpdateCityRequest* request,
                                       v1::UpdateCityResponse* response) {
  return edge_.Serve(*context, "/stadspoort.cities.v1.CitiesService/UpdateCity",
                     [&](const Call& call) {
                       const auto asked = ReadUpdate(*request);
                       if (!asked.ok()) return asked.status();
                       if (absl::Status admitted = call.Admits(asked->city); !admitted.ok())
                         return admitted;
                       const auto city = commands_.Update(call, *asked);
                       if (!city.ok()) return city.status();
                       *response->mutable_city() = WriteCity(asked->city, *city);
                       return absl::OkStatus();
                     });
}

grpc::Status CitiesService::GetCalendar(grpc::ServerContext* context,
                                        const v1::GetCalendarRequest* request,
                                        v1::GetCalendarResponse* response) {
  return edge_.Serve(*context, "/stadspoort.cities.v1.CitiesService/GetCalendar",
                     [&](const Call& call) {
                       const auto code = contract::ParseCalendarName(request->name(), "name");
                       if (!code.ok()) return code.status();
                       if (absl::Status admitted = call.Admits(*code); !admitted.ok())
                         return admitted;
                       const auto calendar = commands_.GetCalendar(call, *code);
                       if (!calendar.ok()) return calendar.status();
                       *response->mutable_calendar() = WriteCalendar(*code, *calendar);
                       return absl::OkStatus();
                     });
}

grpc::Status CitiesService::UpdateCalendar(grpc::ServerContext* context,
                                           const v1::UpdateCalendarRequest* request,
                                           v1::UpdateCalendarResponse* response) {
  return edge_.Serve(*context, "/stadspoort.cities.v1.CitiesService/UpdateCalendar",
                     [&](const Call& call) {
                       const auto asked = ReadCalendar(*request);
                       if (!asked.ok()) return asked.status();
                       if (absl::Status admitted = call.Admits(asked->city); !admitted.ok())
                         return admitted;
                       const auto calendar = commands_.UpdateCalendar(call, *asked);
                       if (!calendar.ok()) return calendar.status();
                       *response->mutable_calendar() = WriteCalendar(asked->city, *calendar);
                       return absl::OkStatus();
                     });
}

grpc::Status CitiesService::CreateRightType(grpc::ServerContext* context,
                                            const v1::CreateRightTypeRequest* request,
                                            v1::CreateRightTypeResponse* response) {
  return edge_.Serve(
      *context, "/stadspoort.cities.v1.CitiesService/CreateRightType", [&](const Call& call) {
        const auto asked = ReadRightType(*request);
        if (!asked.ok()) return asked.status();
        if (absl::Status admitted = call.Admits(asked->city); !admitted.ok()) return admitted;
        if (absl::Status created = commands_.CreateRightType(call, *asked); !created.ok()) {
          return created;
        }
        *response->mutable_right_type() = WriteRightType(asked->city, asked->type);
        return absl::OkStatus();
      });
}

grpc::Status CitiesService::ListRightTypes(grpc::ServerContext* context,
                                           const v1::ListRightTypesRequest* request,
                                           v1::ListRightTypesResponse* response) {
  return edge_.Serve(*context, "/stadspoort.cities.v1.CitiesService/ListRightTypes",
                     [&](const Call& call) {
                       const auto code = contract::ParseCityName(request->parent(), "parent");
                       if (!code.ok()) return code.status();
                       if (absl::Status admitted = call.Admits(*code); !admitted.ok())
                         return admitted;
                       const auto types = commands_.ListRightTypes(call, *code);
                       if (!types.ok()) return types.status();
                       for (const domain::RightType& type : *types) {
                         *response->add_right_types() = WriteRightType(*code, type);
                       }
                       return absl::OkStatus();
                     });
}

grpc::Status CitiesService::CreateContract(grpc::ServerContext* context,
                                           const v1::CreateContractRequest* request,
                                           v1::CreateContractResponse* response) {
  return edge_.Serve(*context, "/stadspoort.cities.v1.CitiesService/CreateContract",
                     [&](const Call& call) {
                       const auto asked = ReadCreateContract(*request);
                       if (!asked.ok()) return asked.status();
                       if (absl::Status admitted = call.Admits(asked->city); !admitted.ok())
                         return admitted;
                       const auto stored = contracts_.Create(call, *asked);
                       if (!stored.ok()) return stored.status();
                       *response->mutable_contract() = WriteContract(asked->city, *stored);
                       return absl::OkStatus();
                     });
}

grpc::Status CitiesService::GetContract(grpc::ServerContext* context,
                                        const v1::GetContractRequest* request,
                                        v1::GetContractResponse* response) {
  return edge_.Serve(*context, "/stadspoort.cities.v1.CitiesService/GetContract",
                     [&](const Call& call) {
                       const auto name = contract::ParseContractName(request->name(), "name");
                       if (!name.ok()) return name.status();
                       if (absl::Status admitted = call.Admits(name->first); !admitted.ok())
                         return admitted;
                       const auto stored = contracts_.Get(call, name->first, name->second);
                       if (!stored.ok()) return stored.status();
                       *response->mutable_contract() = WriteContract(name->first, *stored);
                       return absl::OkStatus();
                     });
}

grpc::Status CitiesService::ListContracts(grpc::ServerContext* context,
                                          const v1::ListContractsRequest* request,
                                          v1::ListContractsResponse* response) {
  return edge_.Serve(*context, "/stadspoort.cities.v1.CitiesService/ListContracts",
                     [&](const Call& call) {
                       const auto asked = ReadListContracts(*request);
                       if (!asked.ok()) return asked.status();
                       if (absl::Status admitted = call.Admits(asked->city); !admitted.ok())
                         return admitted;
                       const auto contracts = contracts_.List(call, *asked);
                       if (!contracts.ok()) return contracts.status();
                       for (const postgres::StoredContract& stored : *contracts) {
                         *response->add_contracts() = WriteContract(asked->city, stored);
                       }
                       if (static_cast<int64_t>(contracts->size()) == asked->limit) {
                         response->set_next_page_token(contracts->back().contract.code.value());
                       }
                       return absl::OkStatus();
                     });
}

grpc::Status CitiesService::UpdateContract(grpc::ServerContext* context,
                                           const v1::UpdateContractRequest* request,
                                           v1::UpdateContractResponse* response) {
  return edge_.Serve(*context, "/stadspoort.cities.v1.CitiesService/UpdateContract",
                     [&](const Call& call) {
                       const auto asked = ReadUpdateContract(*request);
                       if (!asked.ok()) return asked.status();
                       if (absl::Status admitted = call.Admits(asked->city); !admitted.ok())
                         return admitted;
                       const auto stored = contracts_.Update(call, *asked);
                       if (!stored.ok()) return stored.status();
                       *response->mutable_contract() = WriteContract(asked->city, *stored);
                       return absl::OkStatus();
                     });
}

}  // namespace stadspoort::cities
