// RTCP that leaves together.
#pragma once

#include <array>
#include <cstdint>
#include <utility>

#include "rtp/packet_transport.h"
#include "rtp/rtcp/compound.h"

namespace plaza::sfu {

/// Collects elements into as few compound packets as they fit into; the last one leaves on
/// destruction.
class RtcpOut {
 public:
  static constexpr size_t kMaxSize = 1200;

  explicit RtcpOut(rtp::PacketTransport& transport) : transport_(transport) {}
  ~RtcpOut() { Flush(); }
  RtcpOut(const RtcpOut&) = delete;
  RtcpOut& operator=(const RtcpOut&) = delete;

  /// `write` takes a CompoundWriter and returns whether its element did fit; it is called again
  /// with an empty one if not.
  template <typename Write>
  void Add(Write&& write) {
    if (write(writer_) || writer_.empty()) return;
    Flush();
    write(writer_);
  }

 private:
  void Flush() {
    if (!writer_.empty()) transport_.SendRtcp(writer_.written());
    writer_ = rtp::rtcp::CompoundWriter(bytes_);
  }

  rtp::PacketTransport& transport_;
  std::array<uint8_t, kMaxSize> bytes_;
  rtp::rtcp::CompoundWriter writer_{bytes_};
};

}  // namespace plaza::sfu
