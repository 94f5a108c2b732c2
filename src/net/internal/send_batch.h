// Datagrams of one turn in contiguous memory, grouped by path into runs that can leave as one.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/socket_address.h"

namespace plaza::net {

/// The kernel's limit of segments of one GSO message, and the payload bytes that we put into one.
inline constexpr size_t kMaxRunSegments = 64;
inline constexpr size_t kMaxRunBytes = 65000;
inline constexpr size_t kMaxDatagram = 65507;
inline constexpr uint32_t kEndOfChain = UINT32_MAX;

/// Consecutive datagrams of one path: all of `segment_size` bytes, the last one maybe shorter.
struct SendRun {
  uint32_t destination = 0;
  uint32_t first = 0;  ///< packet; the others follow by `next`
  uint16_t segments = 0;
  uint16_t segment_size = 0;
};

/// Doesn't touch a socket. After warm-up it doesn't allocate.
class SendBatch {
 public:
  struct Packet {
    uint32_t offset = 0;
    uint32_t next = kEndOfChain;
    uint16_t size = 0;
  };

  explicit SendBatch(size_t capacity_bytes);

  /// Room for `capacity` bytes; empty when the batch is full.
  std::span<uint8_t> Begin(const base::Path& path, size_t capacity);
  void Commit(size_t size);
  bool empty() const { return packets_.empty(); }
  size_t packets() const { return packets_.size(); }
  void Clear();

  /// Appends the runs of all paths to `runs`, path by path in the order of their first datagram,
  /// each path's datagrams in the order of their commits. Without `gso` a run is one datagram.
  void BuildRuns(bool gso, std::vector<SendRun>& runs) const;
  /// The run as runs of one datagram each, appended to `runs`.
  void Split(const SendRun& run, std::vector<SendRun>& runs) const;

  const base::Path& path(const SendRun& run) const { return destinations_[run.destination].path; }
  const Packet& packet(uint32_t index) const { return packets_[index]; }
  uint8_t* data(const Packet& packet) { return bytes_.data() + packet.offset; }

 private:
  struct Destination {
    base::Path path;
    uint32_t slot = 0;
    uint32_t first = kEndOfChain;
    uint32_t last = kEndOfChain;
  };

  uint32_t FindOrAdd(const base::Path& path);

  std::vector<uint8_t> bytes_;
  size_t used_ = 0;
  std::vector<Packet> packets_;
  std::vector<Destination> destinations_;
  std::vector<uint32_t> slots_;  ///< open addressing over destinations_
  uint32_t current_ = 0;         ///< destination of the last Begin()
};

}  // namespace plaza::net
