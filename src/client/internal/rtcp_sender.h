// Collects RTCP elements and sends them in as few packets as hold them.
#pragma once

#include <array>
#include <cstdint>

#include "rtp/packet_transport.h"
#include "rtp/rtcp/compound.h"

namespace plaza::client::internal {

/// Sends what is left when it goes out of scope.
class RtcpSender {
 public:
  /// A packet that is no larger fits the path beside SRTP, UDP and IP.
  static constexpr size_t kMaxBytes = 1150;

  /// `ssrc`: the sender of our feedback.
  RtcpSender(rtp::PacketTransport& transport, uint32_t ssrc) : transport_(transport), ssrc_(ssrc) {}
  ~RtcpSender() { Flush(); }
  RtcpSender(const RtcpSender&) = delete;
  RtcpSender& operator=(const RtcpSender&) = delete;

  /// A writer that takes an element with a body of up to `size` bytes.
  rtp::rtcp::CompoundWriter& WithRoom(size_t size) {
    if (writer_.remaining() < size) Flush();
    return writer_;
  }
  uint32_t ssrc() const { return ssrc_; }

 private:
  void Flush() {
    if (!writer_.empty()) transport_.SendRtcp(writer_.written());
    writer_ = rtp::rtcp::CompoundWriter(room_);
  }

  rtp::PacketTransport& transport_;
  uint32_t ssrc_;
  std::array<uint8_t, kMaxBytes> room_;
  rtp::rtcp::CompoundWriter writer_{room_};
};

}  // namespace plaza::client::internal
