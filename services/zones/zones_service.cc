#include "services/zones/zones_service.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/contract/names.h"
#include "services/contract/timestamps.h"
#include "services/domain/limits.h"
#include "services/domain/refusal.h"
#include "services/domain/zone_errors.h"
#include "services/zones/convert.h"
#include "services/zones/convert_publishing.h"
#include "services/zones/geojson_writer.h"

namespace stadspoort::zones {
namespace {

using platform::Call;

absl::StatusOr<ImportAsked> ReadImport(const Call& call, ImportStream& stream) {
  v1::ImportZonesRequest part;
  if (!stream.Read(&part) || !part.has_header()) {
    return domain::InvalidField("header", "must be the first message");
  }
  absl::StatusOr<ImportAsked> asked = ReadHeader(part.header());
  if (!asked.ok()) return asked.status();
  if (absl::Status admitted = call.Admits(asked->city); !admitted.ok()) return admitted;
  while (stream.Read(&part)) {
    if (part.part_case() != v1::ImportZonesRequest::kGeojsonChunk) {
      return domain::InvalidField("geojson_chunk", "must be every message after the header");
    }
    if (asked->geojson.size() + part.geojson_chunk().size() > domain::limits::kImportMaxBytes) {
      return domain::InvalidField("geojson_chunk", "the file is larger than 64 MiB",
                                  domain::ErrorReason::kTooManyItems);
    }
    asked->geojson += part.geojson_chunk();
  }
  return asked;
}

constexpr int64_t kExportPage = 200;
// As the contract says.
constexpr size_t kChunkBytes = size_t{1} << 20;

// Text in chunks of a bounded size.
class ChunkWriter {
 public:
  explicit ChunkWriter(grpc::ServerWriter<v1::ExportZonesResponse>& writer) : writer_(writer) {}

  void Add(absl::string_view text) {
    while (!text.empty() && open_) {
      if (response_.geojson_chunk().size() == kChunkBytes) Flush();
      std::string& chunk = *response_.mutable_geojson_chunk();
      const absl::string_view taken = text.substr(0, kChunkBytes - chunk.size());
      absl::StrAppend(&chunk, taken);
      text.remove_prefix(taken.size());
    }
  }
  // `cursor` goes with the last chunk.
  absl::Status Finish(std::string cursor) {
    response_.set_cursor(std::move(cursor));
    Flush();
    return open_ ? absl::OkStatus() : absl::CancelledError("the client went away");
  }

 private:
  void Flush() {
    open_ = writer_.Write(response_);
    response_.clear_geojson_chunk();
  }

  grpc::ServerWriter<v1::ExportZonesResponse>& writer_;
  v1::ExportZonesResponse response_;
  bool open_ = true;
};

bool MaySeeRights(const platform::Caller& caller) {
  return caller.roles.Has(platform::Role::kClerk) || caller.roles.Has(platform::Role::kAuditor);
}

bool MaySeeDrafts(const platform::Caller& caller) {
  return MaySeeRights(caller) || caller.roles.Has(platform::Role::kCityAdmin);
}

// Faults as messages, then the refusal. Every faulty feature is told of: all its faults while the
// list is short, its first once it is long.
absl::Status TellFaults(ImportStream& stream, const std::vector<Fault>& faults) {
  size_t told = 0;
  int last_feature = -2;  // none yet; -1 is the file as a whole
  for (const Fault& fault : faults) {
    const bool first = fault.feature_index != last_feature;
    last_feature = fault.feature_index;
    if (!first && told >= domain::limits::kImportMaxFaults) continue;
    v1::ImportZonesResponse response;
    *response.mutable_fault() = WriteFault(fault);
    stream.Write(response);
    ++told;
  }
  return domain::Refusal(
      absl::StatusCode::kInvalidArgument, domain::ErrorReason::kImportRefused,
      absl::StrCat("nothing was stored: the file has ", faults.size(), " fault",
                   faults.size() == 1 ? "" : "s",
                   told < faults.size() ? absl::StrCat(", of which ", told, " were listed") : ""));
}

}  // namespace

grpc::Status ZonesService::ImportZones(grpc::ServerContext* context, ImportStream* stream) {
  return edge_.Serve(
      *context, "/stadspoort.zones.v1.ZonesService/ImportZones", [&](const Call& call) {
        const absl::StatusOr<ImportAsked> asked = ReadImport(call, *stream);
        if (!asked.ok()) return asked.status();
        const absl::StatusOr<Imported> imported = Import(call, *asked, *stream);
        if (!imported.ok()) return imported.status();
        for (const domain::Finding& finding : imported->warnings) {
          v1::ImportZonesResponse warning;
          *warning.mutable_warning() = WriteFinding(asked->city, finding);
          stream->Write(warning);
        }
        for (const RightsHurt& hurt : imported->rights_hurt) {
          v1::ImportZonesResponse told;
          *told.mutable_rights_hurt() = WriteHurt(asked->city, hurt, MaySeeRights(call.caller));
          stream->Write(told);
        }
        if (!imported->faults.empty()) return TellFaults(*stream, imported->faults);
        v1::ImportZonesResponse response;
        *response.mutable_result() = WriteResult(*imported);
        stream->Write(response);
        return absl::OkStatus();
      });
}

absl::StatusOr<Imported> ZonesService::Import(const Call& call, const ImportAsked& asked,
                                              ImportStream& stream) {
  ProgressTeller teller(stream);
  return commands_.import.Run(call, asked, [&](ImportPhase phase, int done, int total) {
    teller.Tell(phase, done, total);
  });
}

grpc::Status ZonesService::GetZone(grpc::ServerContext* context, const v1::GetZoneRequest* request,
                                   v1::GetZoneResponse* response) {
  return edge_.Serve(*context, "/stadspoort.zones.v1.ZonesService/GetZone", [&](const Call& call) {
    const auto name = contract::ParseZoneName(request->name(), "name");
    if (!name.ok()) return name.status();
    if (absl::Status admitted = call.Admits(name->first); !admitted.ok()) return admitted;
    std::optional<absl::Time> at;
    if (request->has_at_time()) {
      const auto read = contract::ToTime(request->at_time(), "at_time");
      if (!read.ok()) return read.status();
      at = *read;
    }
    absl::StatusOr<postgres::StoredZone> zone =
        commands_.queries.Get(call, name->first, name->second, at);
    if (!zone.ok()) return zone.status();
    if (request->view() == v1::ZONE_VIEW_BASIC) zone->full = false;
    *response->mutable_zone() = WriteZone(name->first, *zone);
    return absl::OkStatus();
  });
}

grpc::Status ZonesService::ListZones(grpc::ServerContext* context,
                                     const v1::ListZonesRequest* request,
                                     v1::ListZonesResponse* response) {
  return edge_.Serve(*context, "/stadspoort.zones.v1.ZonesService/ListZones",
                     [&](const Call& call) {
                       const auto asked = ReadList(*request);
                       if (!asked.ok()) return asked.status();
                       if (absl::Status admitted = call.Admits(asked->city); !admitted.ok())
                         return admitted;
                       const auto page = commands_.queries.List(call, *asked);
                       if (!page.ok()) return page.status();
                       WriteList(asked->city, *page, asked->limit, *response);
                       return absl::OkStatus();
                     });
}

grpc::Status ZonesService::ListZoneVersions(grpc::ServerContext* context,
                                            const v1::ListZoneVersionsRequest* request,
                                            v1::ListZoneVersionsResponse* response) {
  return edge_.Serve(*context, "/stadspoort.zones.v1.ZonesService/ListZoneVersions",
                     [&](const Call& call) {
                       const auto asked = ReadVersions(*request);
                       if (!asked.ok()) return asked.status();
                       if (absl::Status admitted = call.Admits(asked->city); !admitted.ok())
                         return admitted;
                       const auto versions = commands_.queries.Versions(call, *asked);
                       if (!versions.ok()) return versions.status();
                       WriteVersions(asked->city, *versions, asked->limit, *response);
                       return absl::OkStatus();
                     });
}

grpc::Status ZonesService::ListZoneChanges(grpc::ServerContext* context,
                                           const v1::ListZoneChangesRequest* request,
                                           v1::ListZoneChangesResponse* response) {
  return edge_.Serve(*context, "/stadspoort.zones.v1.ZonesService/ListZoneChanges",
                     [&](const Call& call) {
                       const auto asked = ReadChanges(*request);
                       if (!asked.ok()) return asked.status();
                       if (absl::Status admitted = call.Admits(asked->city); !admitted.ok())
                         return admitted;
                       const auto page = commands_.queries.Changes(call, *asked);
                       if (!page.ok()) return page.status();
                       WriteChanges(asked->city, *page, request->cursor(), *response);
                       return absl::OkStatus();
                     });
}

grpc::Status ZonesService::ExportZones(grpc::ServerContext* context,
                                       const v1::ExportZonesRequest* request,
                                       grpc::ServerWriter<v1::ExportZonesResponse>* writer) {
  return edge_.Serve(*context, "/stadspoort.zones.v1.ZonesService/ExportZones",
                     [&](const Call& call) {
                       ZonesAsked asked;
                       const auto city = contract::ParseCityName(request->parent(), "parent");
                       if (!city.ok()) return city.status();
                       asked.city = *city;
                       if (absl::Status admitted = call.Admits(asked.city); !admitted.ok())
                         return admitted;
                       if (request->has_at_time()) {
                         const auto at = contract::ToTime(request->at_time(), "at_time");
                         if (!at.ok()) return at.status();
                         asked.at = *at;
                       }
                       return Export(call, asked, *writer);
                     });
}

// Pages of one moment: no connection is held while the client takes its time.
absl::Status ZonesService::Export(const Call& call, ZonesAsked asked,
                                  grpc::ServerWriter<v1::ExportZonesResponse>& writer) {
  asked.limit = kExportPage;
  asked.full = true;
  ChunkWriter chunks(writer);
  chunks.Add(R"({"type":"FeatureCollection","features":[)");
  absl::string_view before = "\n";
  std::optional<std::string> cursor;
  while (true) {
    const auto page = commands_.queries.List(call, asked);
    if (!page.ok()) return page.status();
    // That of the first page: what changes after it is not in the others.
    if (!cursor) cursor = page->last_change ? WriteCursor(*page->last_change) : "";
    for (const postgres::StoredZone& zone : page->zones) {
      chunks.Add(before);
      chunks.Add(FeatureJson(zone.zone, asked.city));
      before = ",\n";
    }
    if (static_cast<int64_t>(page->zones.size()) < asked.limit) break;
    asked.at = page->at;
    asked.after = page->zones.back().zone.code.value();
  }
  chunks.Add("\n]}\n");
  return chunks.Finish(*std::move(cursor));
}

grpc::Status ZonesService::GetZoneDraft(grpc::ServerContext* context,
                                        const v1::GetZoneDraftRequest* request,
                                        v1::GetZoneDraftResponse* response) {
  return edge_.Serve(*context, "/stadspoort.zones.v1.ZonesService/GetZoneDraft",
                     [&](const Call& call) {
                       const auto name = contract::ParseDraftName(request->name(), "name");
                       if (!name.ok()) return name.status();
                       if (absl::Status admitted = call.Admits(name->first); !admitted.ok())
                         return admitted;
                       const auto draft = commands_.drafts.Get(call, name->first, name->second);
                       if (!draft.ok()) return draft.status();
                       *response->mutable_draft() = WriteDraft(name->first, *draft);
                       return absl::OkStatus();
                     });
}

grpc::Status ZonesService::ListZoneDrafts(grpc::ServerContext* context,
                                          const v1::ListZoneDraftsRequest* request,
                                          v1::ListZoneDraftsResponse* response) {
  return edge_.Serve(
      *context, "/stadspoort.zones.v1.ZonesService/ListZoneDrafts", [&](const Call& call) {
        const auto asked = ReadDraftList(*request);
        if (!asked.ok()) return asked.status();
        if (absl::Status admitted = call.Admits(asked->city); !admitted.ok()) return admitted;
        const auto drafts = commands_.drafts.List(call, asked->city, asked->after, asked->limit);
        if (!drafts.ok()) return drafts.status();
        for (const auto& draft : *drafts) *response->add_drafts() = WriteDraft(asked->city, draft);
        if (static_cast<int64_t>(drafts->size()) == asked->limit) {
          response->set_next_page_token(drafts->back().draft.code.value());
        }
        return absl::OkStatus();
      });
}

grpc::Status ZonesService::UpdateZoneDraft(grpc::ServerContext* context,
                                           const v1::UpdateZoneDraftRequest* request,
                                           v1::UpdateZoneDraftResponse* response) {
  return edge_.Serve(*context, "/stadspoort.zones.v1.ZonesService/UpdateZoneDraft",
                     [&](const Call& call) {
                       const auto asked = ReadDraftUpdate(*request);
                       if (!asked.ok()) return asked.status();
                       if (absl::Status admitted = call.Admits(asked->city); !admitted.ok())
                         return admitted;
                       const auto draft = commands_.drafts.Update(call, *asked);
                       if (!draft.ok()) return draft.status();
                       *response->mutable_draft() = WriteDraft(asked->city, *draft);
                       return absl::OkStatus();
                     });
}

grpc::Status ZonesService::DeleteZoneDraft(grpc::ServerContext* context,
                                           const v1::DeleteZoneDraftRequest* request,
                                           v1::DeleteZoneDraftResponse* /*response*/) {
  return edge_.Serve(*context, "/stadspoort.zones.v1.ZonesService/DeleteZoneDraft",
                     [&](const Call& call) {
                       const auto name = contract::ParseDraftName(request->name(), "name");
                       if (!name.ok()) return name.status();
                       if (absl::Status admitted = call.Admits(name->first); !admitted.ok())
                         return admitted;
                       return commands_.drafts.Delete(call, name->first, name->second,
                                                      request->etag(), request->validate_only());
                     });
}

grpc::Status ZonesService::ValidateZoneDrafts(grpc::ServerContext* context,
                                              const v1::ValidateZoneDraftsRequest* request,
                                              v1::ValidateZoneDraftsResponse* response) {
  return edge_.Serve(
      *context, "/stadspoort.zones.v1.ZonesService/ValidateZoneDrafts", [&](const Call& call) {
        const auto asked = ReadValidate(*request);
        if (!asked.ok()) return asked.status();
        if (absl::Status admitted = call.Admits(asked->city); !admitted.ok()) return admitted;
        const auto validated = commands_.publishing.Validate(call, *asked);
        if (!validated.ok()) return validated.status();
        for (const auto& draft : validated->drafts) {
          *response->add_drafts() = WriteDraft(asked->city, draft);
        }
        *response->mutable_judgement() =
            WriteJudgement(asked->city, validated->judgement, MaySeeRights(call.caller));
        return absl::OkStatus();
      });
}

grpc::Status ZonesService::PublishZones(grpc::ServerContext* context,
                                        const v1::PublishZonesRequest* request,
                                        v1::PublishZonesResponse* response) {
  return edge_.Serve(
      *context, "/stadspoort.zones.v1.ZonesService/PublishZones", [&](const Call& call) {
        const auto asked = ReadPublish(*request);
        if (!asked.ok()) return asked.status();
        if (absl::Status admitted = call.Admits(asked->city); !admitted.ok()) return admitted;
        const auto published = commands_.publishing.Publish(call, *asked);
        if (!published.ok()) return published.status();
        for (const auto& [zone, version] : published->versions) {
          v1::PublishedVersion& written = *response->add_versions();
          written.set_zone(contract::ZoneName(asked->city, zone));
          written.set_zone_version(version);
        }
        *response->mutable_in_force_start_time() = contract::ToTimestamp(published->start);
        *response->mutable_judgement() =
            WriteJudgement(asked->city, published->judgement, MaySeeRights(call.caller));
        return absl::OkStatus();
      });
}

grpc::Status ZonesService::RetireZone(grpc::ServerContext* context,
                                      const v1::RetireZoneRequest* request,
                                      v1::RetireZoneResponse* response) {
  return edge_.Serve(*context, "/stadspoort.zones.v1.ZonesService/RetireZone",
                     [&](const Call& call) {
                       const auto asked = ReadRetire(*request);
                       if (!asked.ok()) return asked.status();
                       if (absl::Status admitted = call.Admits(asked->city); !admitted.ok())
                         return admitted;
                       const auto ended = commands_.publishing.Retire(call, *asked);
                       if (!ended.ok()) return ended.status();
                       *response->mutable_zone() = WriteZone(asked->city, ended->zone);
                       *response->mutable_judgement() =
                           WriteJudgement(asked->city, ended->judgement, MaySeeRights(call.caller));
                       return absl::OkStatus();
                     });
}

grpc::Status ZonesService::WithdrawZoneVersion(grpc::ServerContext* context,
                                               const v1::WithdrawZoneVersionRequest* request,
                                               v1::WithdrawZoneVersionResponse* response) {
  return edge_.Serve(*context, "/stadspoort.zones.v1.ZonesService/WithdrawZoneVersion",
                     [&](const Call& call) {
                       const auto asked = ReadWithdraw(*request);
                       if (!asked.ok()) return asked.status();
                       if (absl::Status admitted = call.Admits(asked->city); !admitted.ok())
                         return admitted;
                       const auto ended = commands_.publishing.Withdraw(call, *asked);
                       if (!ended.ok()) return ended.status();
                       *response->mutable_zone() = WriteZone(asked->city, ended->zone);
                       *response->mutable_judgement() =
                           WriteJudgement(asked->city, ended->judgement, MaySeeRights(call.caller));
                       return absl::OkStatus();
                     });
}

grpc::Status ZonesService::PreviewZone(grpc::ServerContext* context,
                                       const v1::PreviewZoneRequest* request,
                                       v1::PreviewZoneResponse* response) {
  return edge_.Serve(*context, "/stadspoort.zones.v1.ZonesService/PreviewZone",
                     [&](const Call& call) {
                       const auto asked = ReadPreview(*request);
                       if (!asked.ok()) return asked.status();
                       if (absl::Status admitted = call.Admits(asked->city); !admitted.ok())
                         return admitted;
                       // What is not decided yet is nobody's business outside the town hall.
                       if (asked->with_draft && !MaySeeDrafts(call.caller)) {
                         return domain::DraftNotFound(asked->zone, "name");
                       }
                       const auto previewed = commands_.previews.Preview(call, *asked);
                       if (!previewed.ok()) return previewed.status();
                       *response = WritePreview(asked->city, *previewed);
                       return absl::OkStatus();
                     });
}

grpc::Status ZonesService::DiffZone(grpc::ServerContext* context,
                                    const v1::DiffZoneRequest* request,
                                    v1::DiffZoneResponse* response) {
  return edge_.Serve(*context, "/stadspoort.zones.v1.ZonesService/DiffZone", [&](const Call& call) {
    const auto asked = ReadDiff(*request);
    if (!asked.ok()) return asked.status();
    if (absl::Status admitted = call.Admits(asked->city); !admitted.ok()) return admitted;
    const auto diffed = commands_.previews.Diff(call, *asked);
    if (!diffed.ok()) return diffed.status();
    *response = WriteDiff(asked->city, *diffed, MaySeeRights(call.caller));
    return absl::OkStatus();
  });
}

}  // namespace stadspoort::zones
