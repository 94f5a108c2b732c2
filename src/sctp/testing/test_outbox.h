// For tests of the parts: an outbox whose packets are read back.
#pragma once

#include <gtest/gtest.h>

#include <vector>

#include "sctp/internal/chunks.h"
#include "sctp/internal/packet.h"

namespace plaza::sctp::internal {

class TestOutbox final : private PacketSink {
 public:
  explicit TestOutbox(size_t max_size = 1160) : out({5000, 5000, 0}, max_size, *this) {}

  /// The chunks that were written since the last call, in order.
  std::vector<ChunkView> Chunks() {
    out.Flush();
    read_ = std::exchange(packets, {});
    std::vector<ChunkView> chunks;
    for (const base::Bytes& bytes : read_) {
      PacketFault fault{};
      const auto packet = ParsePacket(bytes, fault);
      EXPECT_TRUE(packet) << static_cast<int>(fault);
      ChunkReader reader(packet->chunks);
      while (const auto chunk = reader.Next()) chunks.push_back(*chunk);
    }
    return chunks;
  }
  /// The DATA chunks among them.
  std::vector<DataChunk> Data() {
    std::vector<DataChunk> data;
    for (const ChunkView& chunk : Chunks())
      if (chunk.type == ChunkType::kData) data.push_back(*ParseData(chunk));
    return data;
  }

  Outbox out;
  std::vector<base::Bytes> packets;  ///< that were sent

 private:
  void SendPacket(base::ByteView packet) override {
    packets.emplace_back(packet.begin(), packet.end());
  }

  std::vector<base::Bytes> read_;  // what the views refer to
};

}  // namespace plaza::sctp::internal
