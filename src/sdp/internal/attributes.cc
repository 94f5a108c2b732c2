#include "sdp/internal/attributes.h"

#include <algorithm>
#include <array>

#include "sdp/internal/tokens.h"

namespace plaza::sdp::internal {
namespace {

using Rule = const char*;
constexpr Rule kFine = nullptr;
constexpr size_t kMaxShortText = 64;
constexpr size_t kMaxUriBytes = 256;

Payload* PayloadOf(MediaSection& section, uint8_t type) {
  const auto found = std::find_if(section.payloads.begin(), section.payloads.end(),
                                  [&](const Payload& p) { return p.type == type; });
  return found == section.payloads.end() ? nullptr : &*found;
}

Rule ReadMid(std::string_view value, AttributeTarget t) {
  if (value.empty() || value.find(' ') != value.npos) return "must be one word";
  t.section.mid = value;
  return kFine;
}

Rule ReadGroup(std::string_view value, AttributeTarget t) {
  if (t.session.groups.size() >= kMaxSmallList) return "occurs too often";
  Group group{std::string(TakeWord(value)), {}};
  if (group.semantics.empty()) return "needs its semantics";
  while (!value.empty()) {
    const std::string_view mid = TakeWord(value);
    if (!mid.empty()) group.mids.emplace_back(mid);
  }
  t.session.groups.push_back(std::move(group));
  return kFine;
}

Rule ReadRtpmap(std::string_view value, AttributeTarget t) {
  const auto type = ParseNumber<uint8_t>(TakeWord(value));
  if (!type || *type > 127) return "needs a payload type of 0 to 127";
  std::string_view encoding = TakeWord(value);
  const std::string_view name = TakeUntil(encoding, '/');
  const auto rate = ParseNumber<uint32_t>(TakeUntil(encoding, '/'));
  const auto channels = encoding.empty() ? 1 : ParseNumber<uint8_t>(encoding);
  if (name.empty() || !rate || *rate == 0) return "needs an encoding name and a clock rate";
  if (!channels || *channels == 0) return "has a bad number of channels";
  if (Payload* payload = PayloadOf(t.section, *type)) {
    payload->name = name;
    payload->clock_rate = *rate;
    payload->channels = *channels;
  }
  return kFine;
}

Rule ReadFmtp(std::string_view value, AttributeTarget t) {
  const auto type = ParseNumber<uint8_t>(TakeWord(value));
  if (!type) return "needs a payload type";
  Payload* payload = PayloadOf(t.section, *type);
  return payload ? ReadParameters(value, payload->parameters) : kFine;
}

Rule ReadFeedback(std::string_view value, AttributeTarget t) {
  const std::string_view type = TakeWord(value);
  if (value.empty()) return "needs a payload type and a kind";
  if (value.size() > kMaxShortText) return kFine;
  std::vector<std::string>* list = &t.feedback_for_all;
  if (type != "*") {
    const auto number = ParseNumber<uint8_t>(type);
    if (!number) return "needs a payload type or \"*\"";
    Payload* payload = PayloadOf(t.section, *number);
    if (!payload) return kFine;
    list = &payload->feedback;
  }
  if (list->size() >= kMaxFeedbackPerPayload) return "occurs too often for one format";
  list->emplace_back(value);
  return kFine;
}

std::optional<Direction> DirectionOf(std::string_view name) {
  if (name == "sendrecv") return Direction::kSendRecv;
  if (name == "sendonly") return Direction::kSendOnly;
  if (name == "recvonly") return Direction::kRecvOnly;
  if (name == "inactive") return Direction::kInactive;
  return std::nullopt;
}

Rule ReadExtmap(std::string_view value, AttributeTarget t) {
  if (t.section.extensions.size() >= kMaxExtensions) return "occurs too often";
  std::string_view first = TakeWord(value);
  Extmap extmap;
  const auto id = ParseNumber<uint16_t>(TakeUntil(first, '/'));
  if (!id || *id == 0) return "needs an id";
  if (!first.empty() && !(extmap.direction = DirectionOf(first))) return "has an unknown direction";
  extmap.uri = TakeWord(value);
  if (extmap.uri.empty() || extmap.uri.size() > kMaxUriBytes)
    return "needs a URI of at most 256 bytes";
  if (*id > 255) return kFine;  // RFC 8285 section 6: ids of 4096 and up are offers of choice
  extmap.id = static_cast<uint8_t>(*id);
  t.section.extensions.push_back(std::move(extmap));
  return kFine;
}

Rule ReadUfrag(std::string_view value, AttributeTarget t) {
  if (value.size() < 4 || value.size() > 256) return "must be 4 to 256 characters";
  t.section.ice.ufrag = value;
  return kFine;
}

Rule ReadPwd(std::string_view value, AttributeTarget t) {
  if (value.size() < 22 || value.size() > 256) return "must be 22 to 256 characters";
  t.section.ice.pwd = value;
  return kFine;
}

Rule ReadIceOptions(std::string_view value, AttributeTarget t) {
  while (!value.empty()) {
    const std::string_view option = TakeWord(value);
    auto& options = t.session.ice_options;
    if (option.empty() || std::find(options.begin(), options.end(), option) != options.end())
      continue;
    if (options.size() >= kMaxSmallList) return "has too many options";
    options.emplace_back(option);
  }
  return kFine;
}

Rule ReadFingerprint(std::string_view value, AttributeTarget t) {
  if (t.section.fingerprints.size() >= kMaxSmallList) return "occurs too often";
  Fingerprint fingerprint{Lower(TakeWord(value)), std::string(value)};
  for (char& c : fingerprint.value) c = ToUpper(c);
  const std::string& hex = fingerprint.value;
  if (fingerprint.algorithm.empty() || hex.size() % 3 != 2) return "needs a hash and its value";
  for (size_t i = 0; i < hex.size(); ++i) {
    const bool digit = (hex[i] >= '0' && hex[i] <= '9') || (hex[i] >= 'A' && hex[i] <= 'F');
    if (i % 3 == 2 ? hex[i] != ':' : !digit)
      return "must be pairs of hexadecimal digits with colons";
  }
  t.section.fingerprints.push_back(std::move(fingerprint));
  return kFine;
}

Rule ReadSetup(std::string_view value, AttributeTarget t) {
  if (value == "actpass") {
    t.section.setup = Setup::kActPass;
  } else if (value == "active") {
    t.section.setup = Setup::kActive;
  } else if (value == "passive") {
    t.section.setup = Setup::kPassive;
  } else if (value == "holdconn") {
    t.section.setup = Setup::kHoldConn;
  } else {
    return "must be actpass, active, passive or holdconn";
  }
  return kFine;
}

Rule ReadCandidate(std::string_view value, AttributeTarget t) {
  if (value.empty()) return "is empty";
  if (t.section.candidates.size() >= kMaxCandidates) return "occurs too often";
  t.section.candidates.emplace_back(value);
  return kFine;
}

Rule ReadMsid(std::string_view value, AttributeTarget t) {
  if (t.section.msids.size() >= kMaxSmallList) return "occurs too often";
  Msid msid;
  msid.stream = TakeWord(value);
  msid.track = TakeWord(value);
  if (msid.stream.empty()) return "needs a stream id";
  t.section.msids.push_back(std::move(msid));
  return kFine;
}

bool IsRid(std::string_view id) {
  const auto legal = [](char c) {
    return (c >= '0' && c <= '9') || (ToLower(c) >= 'a' && ToLower(c) <= 'z') || c == '-' ||
           c == '_';
  };
  return !id.empty() && id.size() <= kMaxRidBytes && std::all_of(id.begin(), id.end(), legal);
}

Rule ReadRid(std::string_view value, AttributeTarget t) {
  if (t.section.rids.size() >= kMaxRids) return "occurs too often";
  Rid rid;
  rid.id = TakeWord(value);
  const std::string_view direction = TakeWord(value);
  if (!IsRid(rid.id)) return "needs an id of 1 to 16 letters, digits, - and _";
  if (direction != "send" && direction != "recv") return "needs send or recv";
  rid.direction = direction == "send" ? Direction::kSendOnly : Direction::kRecvOnly;
  if (Rule rule = ReadParameters(value, rid.restrictions)) return rule;
  t.section.rids.push_back(std::move(rid));
  return kFine;
}

// "a,~b;c": streams parted by semicolons, alternatives by commas, "~" for initially paused.
Rule ReadSimulcastStreams(std::string_view streams, std::vector<std::string>& out) {
  while (!streams.empty()) {
    std::string_view alternatives = TakeUntil(streams, ';');
    while (!alternatives.empty()) {
      std::string_view rid = TakeUntil(alternatives, ',');
      if (rid.starts_with('~')) rid.remove_prefix(1);
      if (!IsRid(rid)) return "has a bad rid";
      if (out.size() >= kMaxRids) return "has too many rids";
      out.emplace_back(rid);
    }
  }
  return out.empty() ? "has no rid" : kFine;
}

Rule ReadSimulcast(std::string_view value, AttributeTarget t) {
  Simulcast simulcast;
  while (!value.empty()) {
    const std::string_view direction = TakeWord(value);
    if (direction.empty()) break;
    if (direction != "send" && direction != "recv") return "needs send or recv, and rids";
    auto& list = direction == "send" ? simulcast.send : simulcast.receive;
    if (!list.empty()) return "names one direction twice";
    if (Rule rule = ReadSimulcastStreams(TakeWord(value), list)) return rule;
  }
  if (simulcast.send.empty() && simulcast.receive.empty()) return "needs send or recv, and rids";
  t.section.simulcast = std::move(simulcast);
  return kFine;
}

Rule ReadSsrc(std::string_view value, AttributeTarget t) {
  const auto ssrc = ParseNumber<uint32_t>(TakeWord(value));
  if (!ssrc) return "needs a number";
  auto& sources = t.section.sources;
  auto source = std::find_if(sources.begin(), sources.end(),
                             [&](const Source& s) { return s.ssrc == *ssrc; });
  if (source == sources.end()) {
    if (sources.size() >= kMaxSsrcs) return "occurs too often";
    source = sources.insert(sources.end(), {*ssrc, {}});
  }
  if (TakeUntil(value, ':') == "cname") source->cname = value;
  return kFine;
}

Rule ReadSsrcGroup(std::string_view value, AttributeTarget t) {
  if (t.section.source_groups.size() >= kMaxSsrcs) return "occurs too often";
  SourceGroup group{std::string(TakeWord(value)), {}};
  while (!value.empty()) {
    const std::string_view word = TakeWord(value);
    if (word.empty()) continue;
    const auto ssrc = ParseNumber<uint32_t>(word);
    if (!ssrc || group.ssrcs.size() >= kMaxSsrcs) return "needs its semantics and SSRCs";
    group.ssrcs.push_back(*ssrc);
  }
  if (group.semantics.empty()) return "needs its semantics and SSRCs";
  t.section.source_groups.push_back(std::move(group));
  return kFine;
}

Rule ReadSctpPort(std::string_view value, AttributeTarget t) {
  t.section.sctp_port = ParseNumber<uint16_t>(value);
  return t.section.sctp_port ? kFine : "must be a port";
}

Rule ReadMaxMessageSize(std::string_view value, AttributeTarget t) {
  t.section.max_message_size = ParseNumber<uint64_t>(value);
  return t.section.max_message_size ? kFine : "must be a number";
}

template <bool MediaSection::*kFlag>
Rule ReadFlag(std::string_view, AttributeTarget t) {
  t.section.*kFlag = true;
  return kFine;
}

Rule ReadIceLite(std::string_view, AttributeTarget t) {
  t.session.ice_lite = true;
  return kFine;
}

template <Direction kDirection>
Rule ReadDirection(std::string_view, AttributeTarget t) {
  t.section.direction = kDirection;
  t.direction_given = true;
  return kFine;
}

struct Reader {
  std::string_view name;
  Rule (*read)(std::string_view value, AttributeTarget target);
};

constexpr auto kReaders = std::to_array<Reader>({
    {"bundle-only", ReadFlag<&MediaSection::bundle_only>},
    {"candidate", ReadCandidate},
    {"end-of-candidates", ReadFlag<&MediaSection::end_of_candidates>},
    {"extmap", ReadExtmap},
    {"extmap-allow-mixed", ReadFlag<&MediaSection::extmap_allow_mixed>},
    {"fingerprint", ReadFingerprint},
    {"fmtp", ReadFmtp},
    {"group", ReadGroup},
    {"ice-lite", ReadIceLite},
    {"ice-options", ReadIceOptions},
    {"ice-pwd", ReadPwd},
    {"ice-ufrag", ReadUfrag},
    {"inactive", ReadDirection<Direction::kInactive>},
    {"max-message-size", ReadMaxMessageSize},
    {"mid", ReadMid},
    {"msid", ReadMsid},
    {"recvonly", ReadDirection<Direction::kRecvOnly>},
    {"rid", ReadRid},
    {"rtcp-fb", ReadFeedback},
    {"rtcp-mux", ReadFlag<&MediaSection::rtcp_mux>},
    {"rtcp-rsize", ReadFlag<&MediaSection::rtcp_reduced_size>},
    {"rtpmap", ReadRtpmap},
    {"sctp-port", ReadSctpPort},
    {"sendonly", ReadDirection<Direction::kSendOnly>},
    {"sendrecv", ReadDirection<Direction::kSendRecv>},
    {"setup", ReadSetup},
    {"simulcast", ReadSimulcast},
    {"ssrc", ReadSsrc},
    {"ssrc-group", ReadSsrcGroup},
});

}  // namespace

Rule ReadParameters(std::string_view text, Parameters& out) {
  while (!text.empty()) {
    std::string_view pair = TakeUntil(text, ';');
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    while (pair.ends_with(' ')) pair.remove_suffix(1);
    if (pair.empty()) continue;
    if (out.size() >= kMaxParameters) return "has too many parameters";
    std::string_view name = TakeUntil(pair, '=');
    while (name.ends_with(' ')) name.remove_suffix(1);
    if (name.empty()) return "has a parameter without a name";
    out.push_back({std::string(name), std::string(pair)});
  }
  return kFine;
}

Rule ReadAttribute(std::string_view name, std::string_view value, AttributeTarget target) {
  const auto reader = std::find_if(kReaders.begin(), kReaders.end(),
                                   [&](const Reader& r) { return r.name == name; });
  return reader == kReaders.end() ? kFine : reader->read(value, target);
}

}  // namespace plaza::sdp::internal
