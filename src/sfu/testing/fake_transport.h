// A packet transport that puts packets together as a receiver would see them.
#pragma once

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "base/packet_buffer.h"
#include "rtp/packet_transport.h"

namespace plaza::sfu::testing {

/// Extension ids of one hop, shifted so that no two hops agree by chance.
inline rtp::ExtensionMap HopExtensions(uint8_t shift) {
  rtp::ExtensionMap map;
  map.Set(rtp::Extension::kMid, 1 + shift);
  map.Set(rtp::Extension::kAudioLevel, 2 + shift);
  map.Set(rtp::Extension::kTransportCc, 3 + shift);
  map.Set(rtp::Extension::kAbsSendTime, 4 + shift);
  map.Set(rtp::Extension::kVideoOrientation, 5 + shift);
  return map;
}

class FakeTransport final : public rtp::PacketTransport {
 public:
  explicit FakeTransport(uint8_t extension_shift = 0) : map_(HopExtensions(extension_shift)) {}

  const rtp::ExtensionMap& extensions() const override { return map_; }
  rtp::ExtensionMap& mutable_extensions() { return map_; }

  void SendRtp(const rtp::OutgoingRtp& out, base::Time now) override {
    base::Bytes wire(out.header.begin(), out.header.end());
    if (out.original_sequence_number) {
      wire.push_back(static_cast<uint8_t>(*out.original_sequence_number >> 8));
      wire.push_back(static_cast<uint8_t>(*out.original_sequence_number));
    }
    wire.insert(wire.end(), out.payload_prefix.begin(), out.payload_prefix.end());
    wire.insert(wire.end(), out.payload.begin(), out.payload.end());
    rtp::Packet packet = rtp::ParsePacket(pool_.Copy(wire), now).value();
    if (on_rtp) return on_rtp(packet);
    sent.push_back(std::move(packet));
  }
  void SendRtcp(base::ByteView compound) override {
    base::Bytes bytes(compound.begin(), compound.end());
    if (on_rtcp) return on_rtcp(std::move(bytes));
    rtcp.push_back(std::move(bytes));
  }

  /// What was sent, unless the functions below take it.
  std::vector<rtp::Packet> sent;
  std::vector<base::Bytes> rtcp;
  std::function<void(rtp::Packet)> on_rtp;
  std::function<void(base::Bytes)> on_rtcp;

 private:
  rtp::ExtensionMap map_;
  base::PacketPool pool_;
};

}  // namespace plaza::sfu::testing
