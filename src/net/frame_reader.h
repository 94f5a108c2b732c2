// Datagrams over a byte stream (RFC 4571): each comes behind two bytes that tell its length.
#pragma once

#include <array>
#include <cstdint>
#include <functional>

#include "base/bytes.h"
#include "base/packet_buffer.h"

namespace plaza::net {

inline constexpr size_t kFrameHeaderSize = 2;

/// Cuts the bytes of one connection, as they come, into frames. Holds at most one unfinished frame.
class FrameReader {
 public:
  using OnFrame = std::function<void(base::PacketBuffer)>;

  /// Takes the next bytes and hands out each frame that is complete. Frames without content are
  /// skipped, and those for which the pool has no buffer. False, for good, when a frame is longer
  /// than base::kPacketCapacity: nobody who speaks WebRTC sends such.
  bool Feed(base::ByteView bytes, base::PacketPool& pool, const OnFrame& on_frame);

 private:
  std::array<uint8_t, kFrameHeaderSize> header_{};
  size_t header_size_ = 0;
  size_t missing_ = 0;  ///< of the frame that has begun
  base::PacketBuffer frame_;
  bool broken_ = false;
};

}  // namespace plaza::net
