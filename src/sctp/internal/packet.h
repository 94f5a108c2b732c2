// SCTP packets (RFC 9260 section 3): taken apart into chunks, and put together from them.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"

namespace plaza::sctp::internal {

inline constexpr size_t kPacketHeaderSize = 12;
inline constexpr size_t kTlvHeaderSize = 4;  ///< of chunks, parameters and error causes

constexpr size_t Padded(size_t size) { return (size + 3) & ~size_t{3}; }

/// Chunks that we know (RFC 9260, RFC 6525, RFC 3758).
enum class ChunkType : uint8_t {
  kData = 0,
  kInit = 1,
  kInitAck = 2,
  kSack = 3,
  kHeartbeat = 4,
  kHeartbeatAck = 5,
  kAbort = 6,
  kShutdown = 7,
  kShutdownAck = 8,
  kError = 9,
  kCookieEcho = 10,
  kCookieAck = 11,
  kShutdownComplete = 14,
  kReConfig = 130,
  kForwardTsn = 192,
};

struct PacketHeader {
  uint16_t source_port = 0;
  uint16_t destination_port = 0;
  uint32_t verification_tag = 0;
};

struct ChunkView {
  ChunkType type{};
  uint8_t flags = 0;
  base::ByteView value;  ///< without padding
};

/// Walks over chunks that ParsePacket() has checked.
class ChunkReader {
 public:
  explicit ChunkReader(base::ByteView chunks) : rest_(chunks) {}
  std::optional<ChunkView> Next();

 private:
  base::ByteView rest_;
};

struct PacketView {
  PacketHeader header;
  base::ByteView chunks;  ///< at least one, all whole
};

enum class PacketFault : uint8_t { kMalformed, kChecksum };

/// Reads a packet; `fault` says why there is none.
std::optional<PacketView> ParsePacket(base::ByteView packet, PacketFault& fault);

/// One parameter of a chunk, or one error cause.
struct ParameterView {
  uint16_t type = 0;
  base::ByteView value;  ///< without padding
};

/// Walks over parameters; stops for good at one that does not fit.
class ParameterReader {
 public:
  explicit ParameterReader(base::ByteView parameters) : rest_(parameters) {}
  std::optional<ParameterView> Next();

 private:
  base::ByteView rest_;
};

/// Takes finished packets.
class PacketSink {
 public:
  virtual ~PacketSink() = default;
  virtual void SendPacket(base::ByteView packet) = 0;
};

/// Where the parts of an association put their chunks: bundles them and sends the packets.
class Outbox {
 public:
  /// `sink` outlives it. `max_size`: of a packet.
  Outbox(const PacketHeader& ports, size_t max_size, PacketSink& sink);

  /// Of the packets from now on; the one that is begun is sent first.
  void SetTag(uint32_t verification_tag);
  /// Largest value of a chunk in any packet, and in the one that is begun (0: none fits).
  size_t max_value() const { return buffer_.size() - kPacketHeaderSize - kTlvHeaderSize; }
  size_t room() const;
  /// Begins a chunk whose value has `size` bytes, at most max_value(), which the caller must write
  /// before anything else. Sends the packet begun where the chunk does not fit.
  base::ByteWriter Add(ChunkType type, uint8_t flags, size_t size);
  /// Sends the packet begun, if there is one.
  void Flush();

 private:
  PacketHeader header_;
  PacketSink& sink_;
  base::Bytes buffer_;
  size_t size_ = kPacketHeaderSize;
};

}  // namespace plaza::sctp::internal
