// MakeAnswer(): the answering side, which the server always is.
#include <algorithm>
#include <map>

#include "sdp/internal/codec_matching.h"
#include "sdp/internal/streams.h"
#include "sdp/negotiation.h"

namespace plaza::sdp {
namespace {

constexpr uint8_t kMaxOneByteExtensionId = 14;  // RFC 8285 section 4.2

class Answerer {
 public:
  Answerer(const SessionDescription& offer, const Capabilities& capabilities,
           const TransportDescription& local, const StreamSource& streams)
      : offer_(offer), capabilities_(capabilities), local_(local), streams_(streams) {}

  base::Result<Answer> Run();

 private:
  base::Status CheckRole(Setup theirs) const;
  bool Acceptable(const MediaSection& offered) const;
  base::Status AnswerSection(const MediaSection& offered);
  base::Status AgreeMedia(const MediaSection& offered, NegotiatedSection& agreed) const;
  base::Status CheckNumbers(const NegotiatedSection& agreed);
  MediaSection Describe(const MediaSection& offered, const NegotiatedSection& agreed) const;
  void DescribeRids(const MediaSection& offered, const NegotiatedSection& agreed,
                    MediaSection& section) const;

  const SessionDescription& offer_;
  const Capabilities& capabilities_;
  const TransportDescription& local_;
  const StreamSource& streams_;
  Answer answer_;
  std::vector<std::string> bundled_;
  bool has_data_ = false;  // one association for all channels (RFC 8831 section 6.2)
  std::map<uint8_t, std::pair<std::string, Parameters>> payload_types_;
  std::map<uint8_t, std::string> extension_ids_;
};

base::Error SectionError(const std::string& mid, const std::string& rule) {
  return base::InvalidArgument("sdp", "mid " + mid + ": " + rule);
}

base::Result<Answer> Answerer::Run() {
  auto transport = ReadTransport(offer_);
  if (!transport) return transport.error();
  if (auto role = CheckRole(transport->setup); !role) return role.error();
  answer_.negotiated.remote = std::move(*transport);
  for (const MediaSection& offered : offer_.sections)
    if (auto done = AnswerSection(offered); !done) return done.error();
  if (bundled_.empty()) return base::InvalidArgument("sdp", "no m-line can be accepted");
  answer_.description.groups.push_back({"BUNDLE", bundled_});
  answer_.description.ice_lite = local_.ice_lite;
  return std::move(answer_);
}

base::Status Answerer::CheckRole(Setup theirs) const {
  if (theirs == Setup::kActPass) return {};
  if (theirs == Setup::kActive && local_.setup == Setup::kPassive) return {};
  if (theirs == Setup::kPassive && local_.setup == Setup::kActive) return {};
  return base::InvalidArgument("sdp",
                               "a=setup leaves us a DTLS role that we can't take; offer actpass");
}

bool Answerer::Acceptable(const MediaSection& offered) const {
  if (offered.rejected() || offered.mid.empty()) return false;
  const auto& mids = offer_.bundle()->mids;
  if (std::find(mids.begin(), mids.end(), offered.mid) == mids.end()) return false;
  if (offered.kind == MediaKind::kApplication) {
    return capabilities_.data && !has_data_ && internal::ReadRemoteData(offered).has_value();
  }
  return offered.is_rtp() && offered.rtcp_mux && offered.protocol.ends_with("RTP/SAVPF");
}

base::Status Answerer::AnswerSection(const MediaSection& offered) {
  NegotiatedSection agreed;
  agreed.index = static_cast<uint16_t>(answer_.negotiated.sections.size());
  agreed.mid = offered.mid;
  agreed.kind = offered.kind;
  agreed.accepted = Acceptable(offered);
  if (agreed.accepted && offered.is_rtp()) {
    if (auto media = AgreeMedia(offered, agreed); !media) return media;
  }
  if (agreed.accepted && !offered.is_rtp()) {
    agreed.data = internal::ReadRemoteData(offered);
    has_data_ = true;
  }
  if (auto numbers = CheckNumbers(agreed); !numbers) return numbers;
  if (agreed.accepted) bundled_.push_back(agreed.mid);
  answer_.description.sections.push_back(Describe(offered, agreed));
  answer_.negotiated.sections.push_back(std::move(agreed));
  return {};
}

base::Status Answerer::AgreeMedia(const MediaSection& offered, NegotiatedSection& agreed) const {
  const bool video = offered.kind == MediaKind::kVideo;
  agreed.codecs =
      internal::MatchCodecs(video ? capabilities_.video : capabilities_.audio, offered.payloads);
  agreed.accepted = !agreed.codecs.empty();
  if (!agreed.accepted) return {};
  const auto& known = video ? capabilities_.video_extensions : capabilities_.audio_extensions;
  for (const Extmap& extension : offered.extensions) {
    const bool wanted = std::find(known.begin(), known.end(), extension.uri) != known.end();
    if (wanted && extension.id <= kMaxOneByteExtensionId)
      agreed.extensions.push_back({extension.id, extension.uri, {}});
  }
  const bool receives = Sends(offered.direction);
  if (receives) {
    agreed.remote = internal::ReadRemoteStream(offered);
    agreed.receive_rids = internal::LowestFirst(internal::SentRids(offered), offered);
    if (agreed.receive_rids.size() > capabilities_.max_rids)
      agreed.receive_rids.resize(capabilities_.max_rids);
  }
  if (Receives(offered.direction) && streams_) {
    auto stream = streams_(agreed);
    if (!stream) return stream.error();
    agreed.local = std::move(*stream);
  }
  agreed.direction = MakeDirection(agreed.local.has_value(), receives);
  if (!receives || !video || !capabilities_.start_bitrate_kbps) return {};
  for (NegotiatedCodec& codec : agreed.codecs)
    codec.parameters.push_back(
        {"x-google-start-bitrate", std::to_string(*capabilities_.start_bitrate_kbps)});
  return {};
}

// Bundled sections share payload types and extension ids (RFC 8843 sections 9.1 and 9.2).
base::Status Answerer::CheckNumbers(const NegotiatedSection& agreed) {
  const auto claim = [&](uint8_t type, const std::string& what) {
    const auto [entry, fresh] = payload_types_.try_emplace(type, what, Parameters());
    return fresh || entry->second.first == what;
  };
  for (const NegotiatedCodec& codec : agreed.codecs) {
    const bool fine =
        claim(codec.payload_type, codec.name) &&
        (!codec.rtx_payload_type ||
         claim(*codec.rtx_payload_type, "rtx of " + std::to_string(codec.payload_type)));
    if (!fine) return SectionError(agreed.mid, "a payload type means two codecs in one bundle");
  }
  for (const Extmap& extension : agreed.extensions) {
    const auto [entry, fresh] = extension_ids_.try_emplace(extension.id, extension.uri);
    if (!fresh && entry->second != extension.uri)
      return SectionError(agreed.mid, "an a=extmap id means two extensions in one bundle");
  }
  return {};
}

MediaSection Answerer::Describe(const MediaSection& offered,
                                const NegotiatedSection& agreed) const {
  MediaSection section;
  section.kind = offered.kind;
  section.media = offered.media;
  section.protocol = offered.protocol;
  section.mid = offered.mid;
  section.direction = agreed.direction;
  section.formats = offered.formats;
  if (!agreed.accepted) {
    section.port = 0;
    section.direction = Direction::kInactive;
    // The m-line needs a format, whichever.
    if (!offered.payloads.empty()) section.payloads.push_back({offered.payloads.front().type});
    return section;
  }
  internal::WriteTransport(local_, bundled_.front() == agreed.mid, section);
  if (offered.kind == MediaKind::kApplication) {
    internal::WriteLocalData(capabilities_.max_message_size, section);
    return section;
  }
  section.rtcp_mux = true;
  section.rtcp_reduced_size = offered.rtcp_reduced_size;
  section.extmap_allow_mixed = offered.extmap_allow_mixed;
  section.payloads = internal::ToPayloads(agreed.codecs);
  section.extensions = agreed.extensions;
  DescribeRids(offered, agreed, section);
  const auto has_rtx = [](const NegotiatedCodec& c) { return c.rtx_payload_type.has_value(); };
  if (agreed.local) {
    internal::WriteLocalStream(
        *agreed.local, std::any_of(agreed.codecs.begin(), agreed.codecs.end(), has_rtx), section);
  }
  return section;
}

// The rids go back in the order of the offer; ours says which is the lowest.
void Answerer::DescribeRids(const MediaSection& offered, const NegotiatedSection& agreed,
                            MediaSection& section) const {
  Simulcast simulcast;
  for (const std::string& id : internal::SentRids(offered)) {
    const auto& taken = agreed.receive_rids;
    if (std::find(taken.begin(), taken.end(), id) == taken.end()) continue;
    section.rids.push_back({id, Direction::kRecvOnly, {}});
    simulcast.receive.push_back(id);
  }
  if (offered.simulcast && !simulcast.receive.empty()) section.simulcast = std::move(simulcast);
}

}  // namespace

base::Result<Answer> MakeAnswer(const SessionDescription& offer, const Capabilities& capabilities,
                                const TransportDescription& local, const StreamSource& streams) {
  return Answerer(offer, capabilities, local, streams).Run();
}

const NegotiatedCodec* NegotiatedSection::FindCodec(std::string_view name) const {
  for (const NegotiatedCodec& codec : codecs)
    if (codec.name == name) return &codec;
  return nullptr;
}

}  // namespace plaza::sdp
