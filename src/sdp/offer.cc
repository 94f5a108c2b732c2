// MakeOffer() and ApplyAnswer(): the offering side, for the native client.
#include <algorithm>

#include "sdp/internal/codec_matching.h"
#include "sdp/internal/streams.h"
#include "sdp/negotiation.h"

namespace plaza::sdp {
namespace {

constexpr uint8_t kFirstPayloadType = 96;
constexpr uint8_t kLastPayloadType = 127;
constexpr uint8_t kSecondRange =
    35;  // RFC 7587's neighbours: 35 to 63 are free beside RTCP (RFC 5761)

// Gives out payload types: 96 to 127, then 35 and up.
class PayloadTypes {
 public:
  uint8_t Next() {
    const uint8_t type = next_;
    next_ = next_ == kLastPayloadType ? kSecondRange : static_cast<uint8_t>(next_ + 1);
    return type;
  }

 private:
  uint8_t next_ = kFirstPayloadType;
};

std::vector<Payload> PayloadsFor(const std::vector<CodecCapability>& capabilities,
                                 PayloadTypes& types) {
  std::vector<NegotiatedCodec> codecs;
  for (const CodecCapability& c : capabilities) {
    NegotiatedCodec codec{c.name,     types.Next(), {},        c.clock_rate,
                          c.channels, c.parameters, c.feedback};
    if (c.rtx) codec.rtx_payload_type = types.Next();
    codecs.push_back(std::move(codec));
  }
  return internal::ToPayloads(codecs);
}

// The place of each URI among all of them is its id, so that all sections agree.
std::vector<Extmap> ExtensionsFor(const std::vector<std::string>& uris,
                                  std::vector<std::string>& all) {
  std::vector<Extmap> extensions;
  for (const std::string& uri : uris) {
    auto at = std::find(all.begin(), all.end(), uri);
    if (at == all.end()) at = all.insert(all.end(), uri);
    extensions.push_back({static_cast<uint8_t>(at - all.begin() + 1), uri, {}});
  }
  return extensions;
}

const char* NameOf(MediaKind kind) {
  switch (kind) {
    case MediaKind::kAudio:
      return "audio";
    case MediaKind::kVideo:
      return "video";
    case MediaKind::kApplication:
    case MediaKind::kOther:
      break;
  }
  return "application";
}

void DescribeSending(const OfferedSection& wanted, bool with_rtx, MediaSection& section) {
  if (!Sends(wanted.direction)) return;
  if (wanted.rids.empty()) {
    if (wanted.stream) internal::WriteLocalStream(*wanted.stream, with_rtx, section);
    return;
  }
  // Simulcast encodings are known by their rids, not by SSRCs.
  if (wanted.stream) section.msids.push_back({wanted.stream->stream_id, wanted.stream->track_id});
  for (const std::string& id : wanted.rids) section.rids.push_back({id, Direction::kSendOnly, {}});
  section.simulcast = Simulcast{wanted.rids, {}};
}

std::optional<std::string> Mismatch(const MediaSection& offered, const MediaSection& answered) {
  if (answered.kind != offered.kind) return "is of another kind than the offer's";
  if (answered.rejected()) return std::nullopt;
  if (answered.mid != offered.mid) return "has another mid than the offer's";
  const Direction allowed = Reverse(offered.direction);
  if ((Sends(answered.direction) && !Sends(allowed)) ||
      (Receives(answered.direction) && !Receives(allowed)))
    return "has a direction that the offer rules out";
  for (const Payload& payload : answered.payloads)
    if (!offered.FindPayload(payload.type)) return "has a payload type that was not offered";
  for (const Extmap& extension : answered.extensions) {
    const auto same = [&](const Extmap& e) {
      return e.id == extension.id && e.uri == extension.uri;
    };
    if (std::none_of(offered.extensions.begin(), offered.extensions.end(), same))
      return "has an a=extmap that was not offered";
  }
  return std::nullopt;
}

NegotiatedSection ReadSection(const OfferedSection& wanted, const MediaSection& answered,
                              const Capabilities& capabilities) {
  NegotiatedSection agreed;
  agreed.mid = wanted.mid;
  agreed.kind = wanted.kind;
  if (answered.rejected()) return agreed;
  agreed.direction = Reverse(answered.direction);
  if (answered.is_rtp()) {
    const bool video = wanted.kind == MediaKind::kVideo;
    // The answer's order counts: it is the other side's preference.
    for (const Payload& payload : answered.payloads) {
      auto codec =
          internal::MatchCodecs(video ? capabilities.video : capabilities.audio, {payload});
      if (codec.empty()) continue;
      codec.front().rtx_payload_type = internal::RtxPayloadOf(answered.payloads, payload.type);
      agreed.codecs.push_back(std::move(codec.front()));
    }
  }
  if (!answered.is_rtp()) agreed.data = internal::ReadRemoteData(answered);
  agreed.accepted = agreed.data || !agreed.codecs.empty();
  agreed.extensions = answered.extensions;
  if (Receives(agreed.direction)) agreed.remote = internal::ReadRemoteStream(answered);
  if (!Sends(agreed.direction)) return agreed;
  agreed.local = wanted.stream;
  for (const std::string& rid : wanted.rids) {
    if (!answered.simulcast) break;
    const auto& taken = answered.simulcast->receive;
    if (std::find(taken.begin(), taken.end(), rid) != taken.end()) agreed.send_rids.push_back(rid);
  }
  return agreed;
}

}  // namespace

SessionDescription MakeOffer(const Capabilities& capabilities, const TransportDescription& local,
                             const std::vector<OfferedSection>& sections) {
  PayloadTypes types;
  const std::vector<Payload> audio = PayloadsFor(capabilities.audio, types);
  const std::vector<Payload> video = PayloadsFor(capabilities.video, types);
  std::vector<std::string> uris;
  const std::vector<Extmap> audio_extensions = ExtensionsFor(capabilities.audio_extensions, uris);
  const std::vector<Extmap> video_extensions = ExtensionsFor(capabilities.video_extensions, uris);

  SessionDescription offer;
  Group bundle{"BUNDLE", {}};
  for (const OfferedSection& wanted : sections) {
    MediaSection section;
    section.kind = wanted.kind;
    section.media = NameOf(wanted.kind);
    section.mid = wanted.mid;
    internal::WriteTransport(local, offer.sections.empty(), section);
    if (wanted.kind == MediaKind::kApplication) {
      section.protocol = "UDP/DTLS/SCTP";
      internal::WriteLocalData(capabilities.max_message_size, section);
    } else {
      const bool is_video = wanted.kind == MediaKind::kVideo;
      section.direction = wanted.direction;
      section.rtcp_mux = section.rtcp_reduced_size = true;
      section.payloads = is_video ? video : audio;
      section.extensions = is_video ? video_extensions : audio_extensions;
      DescribeSending(wanted, is_video, section);
    }
    bundle.mids.push_back(section.mid);
    offer.sections.push_back(std::move(section));
  }
  offer.groups.push_back(std::move(bundle));
  offer.ice_lite = local.ice_lite;
  return offer;
}

base::Result<Negotiated> ApplyAnswer(const std::vector<OfferedSection>& offered,
                                     const SessionDescription& offer,
                                     const SessionDescription& answer,
                                     const Capabilities& capabilities) {
  if (answer.sections.size() != offer.sections.size() || offered.size() != offer.sections.size())
    return base::InvalidArgument("sdp", "the answer must have as many m-lines as the offer");
  auto transport = ReadTransport(answer);
  if (!transport) return transport.error();
  if (transport->setup != Setup::kActive && transport->setup != Setup::kPassive)
    return base::InvalidArgument("sdp", "a=setup of an answer must be active or passive");
  Negotiated negotiated{std::move(*transport), {}};
  for (size_t i = 0; i < answer.sections.size(); ++i) {
    if (const auto rule = Mismatch(offer.sections[i], answer.sections[i]))
      return base::InvalidArgument("sdp", "m-line " + std::to_string(i) + " " + *rule);
    negotiated.sections.push_back(ReadSection(offered[i], answer.sections[i], capabilities));
    negotiated.sections.back().index = static_cast<uint16_t>(i);
  }
  return negotiated;
}

}  // namespace plaza::sdp
