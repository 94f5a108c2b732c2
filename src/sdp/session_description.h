// A session description (RFC 8866) as plain data, with the attributes that WebRTC uses (RFC 8829).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace plaza::sdp {

/// Limits of what Parse() takes; beyond them the description is refused.
inline constexpr size_t kMaxBytes = 512 * 1024;
inline constexpr size_t kMaxLines = 20'000;
inline constexpr size_t kMaxLineBytes = 4096;
inline constexpr size_t kMaxSections = 192;
inline constexpr size_t kMaxPayloads = 128;           ///< formats of one m-line
inline constexpr size_t kMaxFeedbackPerPayload = 16;  ///< a=rtcp-fb
inline constexpr size_t kMaxParameters = 64;          ///< of one a=fmtp
inline constexpr size_t kMaxExtensions = 64;          ///< a=extmap of one m-line
inline constexpr size_t kMaxCandidates = 128;         ///< of one m-line
inline constexpr size_t kMaxRids = 16;                ///< of one m-line
inline constexpr size_t kMaxRidBytes = 16;            ///< what a one-byte header extension holds
inline constexpr size_t kMaxSsrcs = 64;               ///< of one m-line
inline constexpr size_t kMaxSmallList = 8;            ///< a=group, a=fingerprint, a=msid

enum class MediaKind : uint8_t { kAudio, kVideo, kApplication, kOther };
enum class Direction : uint8_t { kInactive = 0, kSendOnly = 1, kRecvOnly = 2, kSendRecv = 3 };
/// Who opens the DTLS association (RFC 4145, 5763).
enum class Setup : uint8_t { kActPass, kActive, kPassive, kHoldConn };

inline bool Sends(Direction d) { return (static_cast<int>(d) & 1) != 0; }
inline bool Receives(Direction d) { return (static_cast<int>(d) & 2) != 0; }
inline Direction MakeDirection(bool sends, bool receives) {
  return static_cast<Direction>((sends ? 1 : 0) | (receives ? 2 : 0));
}
inline Direction Reverse(Direction d) { return MakeDirection(Receives(d), Sends(d)); }

/// One parameter of an `a=fmtp` line: "name=value", or a name alone.
struct Parameter {
  std::string name;
  std::string value;
  bool operator==(const Parameter&) const = default;
};
using Parameters = std::vector<Parameter>;

/// The value of `name`, or nothing. Names compare without case.
std::optional<std::string_view> Find(const Parameters& parameters, std::string_view name);

/// One format of an m-line with its `a=rtpmap`, `a=fmtp` and `a=rtcp-fb` lines.
struct Payload {
  uint8_t type = 0;
  std::string name;  ///< encoding name; empty when the offer never says what it is
  uint32_t clock_rate = 0;
  uint8_t channels = 1;
  Parameters parameters;
  std::vector<std::string> feedback;  ///< "nack", "nack pli", "transport-cc"…
  bool operator==(const Payload&) const = default;
};

/// `a=extmap` (RFC 8285).
struct Extmap {
  uint8_t id = 0;
  std::string uri;
  std::optional<Direction> direction;
  bool operator==(const Extmap&) const = default;
};

struct Fingerprint {
  std::string algorithm;  ///< lower case: "sha-256"
  std::string value;      ///< upper-case hexadecimal with colons
  bool operator==(const Fingerprint&) const = default;
};

/// `a=msid` (RFC 8830). `stream` is "-" for a track of no stream.
struct Msid {
  std::string stream;
  std::string track;
  bool operator==(const Msid&) const = default;
};

/// `a=rid` (RFC 8851).
struct Rid {
  std::string id;
  Direction direction = Direction::kSendOnly;  ///< kSendOnly or kRecvOnly
  Parameters restrictions;
  bool operator==(const Rid&) const = default;
};

/// `a=simulcast` (RFC 8853): rids in the order written, alternatives flattened, "~" (paused)
/// dropped.
struct Simulcast {
  std::vector<std::string> send;
  std::vector<std::string> receive;
  bool operator==(const Simulcast&) const = default;
};

/// All `a=ssrc` lines of one source (RFC 5576) as far as they are used.
struct Source {
  uint32_t ssrc = 0;
  std::string cname;
  bool operator==(const Source&) const = default;
};

/// `a=ssrc-group`, for example semantics "FID": a source and its retransmission.
struct SourceGroup {
  std::string semantics;
  std::vector<uint32_t> ssrcs;
  bool operator==(const SourceGroup&) const = default;
};

/// ICE credentials (RFC 8839).
struct IceCredentials {
  std::string ufrag;
  std::string pwd;
  bool operator==(const IceCredentials&) const = default;
};

/// One m-section. What RFC 8866 lets a section inherit from the session level is already here after
/// Parse().
struct MediaSection {
  MediaKind kind = MediaKind::kAudio;
  std::string media = "audio";  ///< first token of the m-line
  uint16_t port = 9;            ///< 0: rejected, or bundle-only in an offer
  std::string protocol = "UDP/TLS/RTP/SAVPF";
  std::vector<std::string> formats;  ///< of sections that carry no RTP
  std::string mid;
  Direction direction = Direction::kSendRecv;
  bool bundle_only = false;
  bool rtcp_mux = false;
  bool rtcp_reduced_size = false;
  bool extmap_allow_mixed = false;

  IceCredentials ice;
  std::vector<Fingerprint> fingerprints;
  std::optional<Setup> setup;
  /// What follows "a=candidate:" (RFC 8839 section 5.1), for `ice` to read.
  std::vector<std::string> candidates;
  bool end_of_candidates = false;

  std::vector<Payload> payloads;  ///< in the order of the m-line
  std::vector<Extmap> extensions;
  std::vector<Msid> msids;
  std::vector<Rid> rids;
  std::optional<Simulcast> simulcast;
  std::vector<Source> sources;
  std::vector<SourceGroup> source_groups;

  std::optional<uint16_t> sctp_port;
  std::optional<uint64_t> max_message_size;

  /// Carries RTP over DTLS-SRTP.
  bool is_rtp() const { return kind == MediaKind::kAudio || kind == MediaKind::kVideo; }
  bool rejected() const { return port == 0 && !bundle_only; }
  const Payload* FindPayload(uint8_t type) const;
  bool operator==(const MediaSection&) const = default;
};

/// `a=group` (RFC 5888, 8843).
struct Group {
  std::string semantics;
  std::vector<std::string> mids;
  bool operator==(const Group&) const = default;
};

struct SessionDescription {
  uint64_t session_id = 0;
  uint64_t version = 0;
  std::vector<Group> groups;
  bool ice_lite = false;
  std::vector<std::string> ice_options;
  std::vector<MediaSection> sections;

  /// The group of m-lines on one transport, or null.
  const Group* bundle() const;
  bool operator==(const SessionDescription&) const = default;
};

/// Reads a description. Unknown attributes are skipped. The error's field is "sdp" and its message
/// names the line and the rule that it breaks.
base::Result<SessionDescription> Parse(std::string_view text);

/// Reads what an ICE agent says after the offer (application/trickle-ice-sdpfrag, RFC 8840 section
/// 9): lines as in a description, without its head. Errors as those of Parse(), and where there is
/// no m-line.
base::Result<SessionDescription> ParseFragment(std::string_view text);

/// Writes a description; Parse() of the text gives an equal one.
std::string Serialize(const SessionDescription& description);
/// Writes the ICE side of one section as a fragment: credentials, candidates, and that these are
/// all.
std::string SerializeFragment(const MediaSection& section);

}  // namespace plaza::sdp
