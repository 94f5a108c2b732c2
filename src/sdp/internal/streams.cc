#include "sdp/internal/streams.h"

#include <algorithm>
#include <map>
#include <optional>

#include "sdp/internal/tokens.h"

namespace plaza::sdp::internal {
namespace {

constexpr char kDataChannels[] = "webrtc-datachannel";
constexpr uint16_t kSctpPort = 5000;

// A number that grows with the quality that a=rid allows, if it limits it.
std::optional<uint64_t> LimitOf(const std::string& id, const MediaSection& section) {
  const auto rid = std::find_if(section.rids.begin(), section.rids.end(),
                                [&](const Rid& r) { return r.id == id; });
  if (rid == section.rids.end()) return std::nullopt;
  for (const char* name : {"max-width", "max-height", "max-fs", "max-br"}) {
    const auto text = Find(rid->restrictions, name);
    if (!text) continue;
    if (const auto value = ParseNumber<uint32_t>(*text)) return *value;
  }
  return std::nullopt;
}

bool SortByLimit(std::vector<std::string>& rids, const MediaSection& section) {
  std::map<std::string, uint64_t> limits;
  for (const std::string& id : rids) {
    const auto limit = LimitOf(id, section);
    if (!limit) return false;
    limits[id] = *limit;
  }
  std::stable_sort(rids.begin(), rids.end(), [&](const std::string& a, const std::string& b) {
    return limits[a] < limits[b];
  });
  return true;
}

bool RunsHighToLow(const std::vector<std::string>& rids) {
  static const std::vector<std::vector<std::string_view>> kFallingNames = {
      {"f", "h", "q"},
      {"h", "m", "l"},
      {"hi", "mid", "lo"},
      {"high", "mid", "low"},
      {"high", "medium", "low"}};
  return std::any_of(kFallingNames.begin(), kFallingNames.end(), [&](const auto& names) {
    // All rids occur among the names, in this order.
    auto at = names.begin();
    for (const std::string& rid : rids) {
      at = std::find(at, names.end(), rid);
      if (at == names.end()) return false;
      ++at;
    }
    return true;
  });
}

}  // namespace

std::vector<std::string> SentRids(const MediaSection& section) {
  const auto sent = [&](const std::string& id) {
    return std::any_of(section.rids.begin(), section.rids.end(), [&](const Rid& r) {
      return r.id == id && r.direction == Direction::kSendOnly;
    });
  };
  std::vector<std::string> rids;
  if (section.simulcast) {
    for (const std::string& id : section.simulcast->send)
      if (sent(id) && std::find(rids.begin(), rids.end(), id) == rids.end()) rids.push_back(id);
  } else if (!section.rids.empty() && section.rids.front().direction == Direction::kSendOnly) {
    rids.push_back(section.rids.front().id);
  }
  return rids;
}

std::vector<std::string> LowestFirst(std::vector<std::string> rids, const MediaSection& section) {
  if (rids.size() < 2 || SortByLimit(rids, section)) return rids;
  if (RunsHighToLow(rids)) std::reverse(rids.begin(), rids.end());
  return rids;
}

RemoteStream ReadRemoteStream(const MediaSection& section) {
  RemoteStream stream;
  if (!section.msids.empty()) stream.msid = section.msids.front();
  if (section.sources.empty()) return stream;
  stream.cname = section.sources.front().cname;
  // Which SSRC is which encoding is not said: their packets carry the rid.
  if (SentRids(section).size() > 1) return stream;
  stream.ssrc = section.sources.front().ssrc;
  for (const SourceGroup& group : section.source_groups) {
    if (group.semantics != "FID" || group.ssrcs.size() != 2) continue;
    stream.ssrc = group.ssrcs[0];
    stream.rtx_ssrc = group.ssrcs[1];
    break;
  }
  return stream;
}

void WriteLocalStream(const LocalStream& stream, bool with_rtx, MediaSection& section) {
  section.msids.push_back({stream.stream_id.empty() ? "-" : stream.stream_id, stream.track_id});
  section.sources.push_back({stream.ssrc, stream.cname});
  if (!with_rtx || !stream.rtx_ssrc) return;
  section.source_groups.push_back({"FID", {stream.ssrc, *stream.rtx_ssrc}});
  section.sources.push_back({*stream.rtx_ssrc, stream.cname});
}

std::optional<RemoteData> ReadRemoteData(const MediaSection& section) {
  if (!section.protocol.ends_with("DTLS/SCTP") ||
      section.formats != std::vector<std::string>{kDataChannels})
    return std::nullopt;
  RemoteData data;
  data.sctp_port = section.sctp_port.value_or(data.sctp_port);
  data.max_message_size = section.max_message_size.value_or(data.max_message_size);
  return data;
}

void WriteLocalData(uint64_t max_message_size, MediaSection& section) {
  section.formats = {kDataChannels};
  section.sctp_port = kSctpPort;
  section.max_message_size = max_message_size;
  section.direction = Direction::kSendRecv;
}

void WriteTransport(const TransportDescription& transport, bool first, MediaSection& section) {
  section.ice = transport.ice;
  section.fingerprints = transport.fingerprints;
  section.setup = transport.setup;
  if (!first) return;
  section.candidates = transport.candidates;
  section.end_of_candidates = true;
}

}  // namespace plaza::sdp::internal

namespace plaza::sdp {

base::Result<TransportDescription> ReadTransport(const SessionDescription& description) {
  const Group* bundle = description.bundle();
  if (!bundle)
    return base::InvalidArgument("sdp",
                                 "a=group:BUNDLE is missing: all media goes over one transport");
  const MediaSection* tagged = nullptr;
  for (const std::string& mid : bundle->mids) {
    const auto found =
        std::find_if(description.sections.begin(), description.sections.end(),
                     [&](const MediaSection& s) { return s.mid == mid && !s.rejected(); });
    if (found == description.sections.end()) continue;
    tagged = &*found;
    break;
  }
  if (!tagged) return base::InvalidArgument("sdp", "a=group:BUNDLE names no m-line that is in use");
  const std::string where = "mid " + tagged->mid + ": ";
  if (tagged->ice.ufrag.empty() || tagged->ice.pwd.empty())
    return base::InvalidArgument("sdp", where + "a=ice-ufrag or a=ice-pwd is missing");
  if (tagged->fingerprints.empty())
    return base::InvalidArgument("sdp", where + "a=fingerprint is missing");
  return TransportDescription{tagged->ice, tagged->fingerprints,
                              tagged->setup.value_or(Setup::kActPass), tagged->candidates,
                              description.ice_lite};
}

}  // namespace plaza::sdp
