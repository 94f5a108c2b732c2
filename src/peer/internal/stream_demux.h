// Which m-line and encoding a received packet belongs to (RFC 8843 section 9.2), and what its
// payload is.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "rtp/header_extensions.h"
#include "rtp/packet.h"
#include "rtp/packet_transport.h"
#include "sdp/negotiation.h"

namespace plaza::peer::internal {

/// What a packet is.
struct StreamMatch {
  rtp::StreamKey key;
  rtp::Codec codec = rtp::Codec::kUnknown;  ///< of the original, for RTX
  bool rtx = false;
  uint32_t original_ssrc = 0;  ///< RTX: of the stream that it repeats
  uint8_t original_payload_type = 0;
};

enum class DemuxError : uint8_t { kUnknownStream, kUnknownPayload };

/// Learns SSRCs from the mid and rid that first packets carry. Each encoding has one SSRC for media
/// and one for RTX at a time; a new one takes the old one's place, so the table does not grow.
class StreamDemux {
 public:
  /// What is agreed now. What was learned of sections that go on receiving is kept.
  void Update(std::span<const sdp::NegotiatedSection> sections,
              const rtp::ExtensionMap& extensions);

  /// What `packet` is; an error is left in `error`.
  std::optional<StreamMatch> Find(const rtp::Packet& packet, DemuxError& error);

  bool Knows(uint32_t ssrc) const { return bindings_.contains(ssrc); }
  size_t learned() const { return bindings_.size(); }

 private:
  struct PayloadFormat {
    rtp::Codec codec = rtp::Codec::kUnknown;
    bool rtx = false;
    uint8_t original = 0;  // payload type that RTX repeats
  };
  struct Encoding {
    std::optional<uint32_t> ssrc;
    std::optional<uint32_t> rtx_ssrc;
  };
  /// One m-line on which we receive.
  struct Receiver {
    uint16_t media = 0;
    std::string mid;
    std::vector<std::string> rids;  // empty: one encoding without a rid
    std::array<PayloadFormat, 128> formats{};
    std::vector<Encoding> encodings;
  };
  struct Binding {
    uint16_t receiver = 0;  // index into receivers_
    uint8_t encoding = 0;
    bool rtx = false;
  };

  static Receiver MakeReceiver(const sdp::NegotiatedSection& section);
  void KeepLearned(const std::vector<Receiver>& before);
  std::optional<Binding> Learn(const rtp::Packet& packet);
  std::optional<uint16_t> ReceiverOf(const rtp::Packet& packet) const;
  void Bind(uint32_t ssrc, const Binding& binding);

  rtp::ExtensionMap extensions_;
  std::vector<Receiver> receivers_;
  std::unordered_map<uint32_t, Binding> bindings_;
};

/// "H264" and the like into rtp's term.
rtp::Codec CodecByName(std::string_view name);

}  // namespace plaza::peer::internal
