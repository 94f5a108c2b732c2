// Offer and answer (RFC 3264) as JSEP (RFC 8829) wants them, where the client always offers: making
// and reading both, and the resolved picture of what was agreed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "sdp/capabilities.h"
#include "sdp/session_description.h"

namespace plaza::sdp {

/// The ICE and DTLS side of one party, the same for all bundled sections.
struct TransportDescription {
  IceCredentials ice;
  std::vector<Fingerprint> fingerprints;
  Setup setup = Setup::kActPass;
  std::vector<std::string> candidates;  ///< values of a=candidate
  bool ice_lite = false;
};

/// The transport of the bundle, which all sections share: that of the first section in the group
/// that is not rejected. Fails when there is no bundle, no ICE credentials or no fingerprint.
base::Result<TransportDescription> ReadTransport(const SessionDescription& description);

/// A stream that we send in one section, announced by SSRC.
struct LocalStream {
  uint32_t ssrc = 0;
  std::optional<uint32_t> rtx_ssrc;  ///< video only; written when RTX is agreed
  std::string stream_id;             ///< a=msid; sections of one stream are played in sync
  std::string track_id;
  std::string cname;
  bool operator==(const LocalStream&) const = default;
};

/// What the other side announces of the stream it sends in one section.
struct RemoteStream {
  std::optional<uint32_t> ssrc;
  std::optional<uint32_t> rtx_ssrc;
  std::string cname;
  Msid msid;
  bool operator==(const RemoteStream&) const = default;
};

/// A codec that both sides carry in a section.
struct NegotiatedCodec {
  std::string name;  ///< as our capability spells it
  uint8_t payload_type = 0;
  std::optional<uint8_t> rtx_payload_type;
  uint32_t clock_rate = 0;
  uint8_t channels = 1;
  Parameters parameters;
  std::vector<std::string> feedback;
  bool operator==(const NegotiatedCodec&) const = default;
};

/// What the other side says of data channels (RFC 8841).
struct RemoteData {
  uint16_t sctp_port = 5000;
  uint64_t max_message_size = 65536;  ///< that it takes; 0: of any size
  bool operator==(const RemoteData&) const = default;
};

/// What is agreed of one m-line, seen from our side. `accepted` false: nothing flows and only
/// `index`, `mid` and `kind` mean something.
struct NegotiatedSection {
  uint16_t index = 0;
  std::string mid;
  MediaKind kind = MediaKind::kAudio;
  bool accepted = false;
  Direction direction = Direction::kInactive;  ///< ours
  std::vector<NegotiatedCodec> codecs;         ///< preferred first
  std::vector<Extmap> extensions;
  std::vector<std::string> receive_rids;  ///< simulcast that we receive, lowest quality first
  std::vector<std::string> send_rids;     ///< simulcast that we send (client), as offered
  std::optional<RemoteStream> remote;     ///< when we receive
  std::optional<LocalStream> local;       ///< when we send
  std::optional<RemoteData> data;         ///< of an accepted m=application

  const NegotiatedCodec* FindCodec(std::string_view name) const;
  bool operator==(const NegotiatedSection&) const = default;
};

/// Says what we send in a section where the other side is ready to receive; nothing to send
/// nothing, an Error to refuse the whole offer. Called with `index`, `mid`, `kind`, `codecs` and
/// `receive_rids` filled in.
using StreamSource =
    std::function<base::Result<std::optional<LocalStream>>(const NegotiatedSection&)>;

/// The outcome of one offer and answer.
struct Negotiated {
  TransportDescription remote;  ///< of the bundle
  std::vector<NegotiatedSection> sections;
};

struct Answer {
  SessionDescription description;
  Negotiated negotiated;
};

/// Answers `offer`. Sections that are not bundled, not muxed or have no codec in common are
/// rejected (port 0). Fails when no transport can be made of the offer: nothing bundled, no ICE
/// credentials, no fingerprint, a DTLS role that is not left to us, one payload type or extension
/// id used twice, or an Error of `streams`. `local.setup` is the role we take: kPassive or kActive.
base::Result<Answer> MakeAnswer(const SessionDescription& offer, const Capabilities& capabilities,
                                const TransportDescription& local, const StreamSource& streams);

/// One m-line of an offer of ours.
struct OfferedSection {
  MediaKind kind = MediaKind::kAudio;
  std::string mid;
  Direction direction = Direction::kRecvOnly;
  std::optional<LocalStream>
      stream;                     ///< when we send; without, the stream is known by its mid alone
  std::vector<std::string> rids;  ///< simulcast that we send, lowest quality first
};

/// Offers `sections` in one bundle. Payload types are given out from 96 on, extension ids from 1
/// on, the same in each section.
SessionDescription MakeOffer(const Capabilities& capabilities, const TransportDescription& local,
                             const std::vector<OfferedSection>& sections);

/// Reads the answer to an offer of MakeOffer(). Fails when the answer does not fit the offer.
base::Result<Negotiated> ApplyAnswer(const std::vector<OfferedSection>& offered,
                                     const SessionDescription& offer,
                                     const SessionDescription& answer,
                                     const Capabilities& capabilities);

}  // namespace plaza::sdp
