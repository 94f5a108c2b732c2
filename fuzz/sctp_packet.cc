// Packets, all chunks, and what they say. The input is a packet; its checksum is put right, so that
// what lies behind it is reached.
#include <cstdlib>

#include "sctp/internal/chunks.h"
#include "sctp/internal/crc32c.h"
#include "sctp/internal/dcep.h"

namespace {

using namespace plaza::sctp::internal;
namespace base = plaza::base;

void Require(bool holds) {
  if (!holds) std::abort();
}

class Sink final : public PacketSink {
 public:
  void SendPacket(base::ByteView packet) override {
    PacketFault fault{};
    Require(packet.size() <= 1160 && ParsePacket(packet, fault).has_value());
  }
};

void ReadReConfig(base::ByteView value, Outbox& out) {
  ParameterReader parameters(value);
  while (const auto parameter = parameters.Next()) {
    if (const auto request = ParseOutgoingReset(parameter->value)) {
      std::vector<uint16_t> streams;
      for (size_t i = 0; i < request->stream_count() && i < 100; ++i)
        streams.push_back(request->stream(i));
      WriteOutgoingReset(*request, streams, out);
    }
    if (const auto response = ParseReConfigResponse(parameter->value)) Write(*response, out);
  }
}

void ReadChunk(const ChunkView& chunk, Outbox& out) {
  if (const auto data = ParseData(chunk)) {
    if (data->payload.size() + kDataFields <= out.max_value()) Write(*data, out);
    if (const auto config = ParseOpen(data->payload))
      Require(ParseOpen(SerializeOpen(*config)) == config);
  }
  if (const auto init = ParseInit(chunk)) {
    if (init->cookie.size() < 500) Write(*init, ChunkType::kInitAck, out);
  }
  if (const auto sack = ParseSack(chunk)) {
    std::vector<GapBlock> gaps;
    for (size_t i = 0; i < sack->gap_count(); ++i) gaps.push_back(sack->gap(i));
    WriteSack(sack->cumulative_tsn, sack->window, gaps, {}, out);
  }
  if (const auto forward = ParseForwardTsn(chunk)) {
    std::vector<SkippedStream> skipped;
    for (size_t i = 0; i < forward->skipped_count() && i < 100; ++i)
      skipped.push_back(forward->skipped(i));
    WriteForwardTsn(forward->new_cumulative_tsn, skipped, out);
  }
  if (const auto tsn = ParseShutdown(chunk)) WriteShutdown(*tsn, out);
  ReadReConfig(chunk.value, out);
  Require(DescribeCauses(chunk).size() < 1000);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  base::Bytes bytes(data, data + size);
  if (size >= kPacketHeaderSize) base::StoreU32(bytes.data() + 8, ChecksumOf(bytes));
  PacketFault fault{};
  const auto packet = ParsePacket(bytes, fault);
  if (!packet) return 0;
  Sink sink;
  Outbox out({1, 2, 3}, 1160, sink);
  ChunkReader reader(packet->chunks);
  while (const auto chunk = reader.Next()) ReadChunk(*chunk, out);
  out.Flush();
  return 0;
}
