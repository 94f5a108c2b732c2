// Transport-wide feedback both ways: numbers and dates what we send, reports what we receive, and
// hears from the other side how much we may send.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/bytes.h"
#include "base/time.h"
#include "base/units.h"
#include "cc/bandwidth_controller.h"
#include "cc/transport_feedback_generator.h"
#include "rtp/packet.h"
#include "rtp/packet_transport.h"

namespace plaza::peer::internal {

class Bandwidth {
 public:
  /// `feedback_ssrc`: sender of our reports.
  explicit Bandwidth(uint32_t feedback_ssrc) : feedback_ssrc_(feedback_ssrc) {}

  /// Writes number and date into the header of a packet that is to leave now, where it has room for
  /// them.
  void Stamp(const rtp::OutgoingRtp& packet, base::Time now) const;
  /// The stamped packet left, with `size` bytes on the wire. One that did not leaves its number to
  /// the next.
  void OnSent(const rtp::OutgoingRtp& packet, size_t size, base::Time now);
  /// A packet arrived; known stream or not, it took its share of the path.
  void OnPacket(const rtp::Packet& packet, const rtp::ExtensionMap& extensions);
  /// Takes the transport-wide feedback and REMB out of a compound packet; gives the new target if
  /// it moved.
  std::optional<base::DataRate> OnRtcp(base::ByteView compound, base::Time now);

  base::Time NextDeadline() const { return arrivals_.NextDeadline(); }
  /// The next feedback that is due, written into `out`; empty when there is none.
  base::ByteView BuildFeedback(std::span<uint8_t> out, base::Time now);

 private:
  uint32_t feedback_ssrc_;
  uint32_t media_ssrc_ = 0;  // some source of the other side
  cc::TransportFeedbackGenerator arrivals_;
  cc::BandwidthController controller_;
};

}  // namespace plaza::peer::internal
