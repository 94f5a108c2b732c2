// Parsing transport-wide feedback.
//
// A status is a symbol of two bits: 0 not received, 1 received with a one-byte delta, 2 received
// with a signed two-byte delta. Chunks of 16 bits hold them as a run (0sscccccccccccc c), as 14
// symbols of one bit (10bbbbbbbbbbbbbb) or as 7 symbols of two bits (11ssssssssssssss).
#include "rtp/rtcp/transport_feedback.h"

#include <algorithm>

namespace plaza::rtp::rtcp {
namespace {

constexpr uint8_t kSmallDelta = 1;
constexpr uint8_t kLargeDelta = 2;

// How many symbols a chunk holds.
uint16_t CapacityOf(uint16_t chunk) {
  if ((chunk & 0x8000) == 0) return chunk & 0x1FFF;
  return (chunk & 0x4000) == 0 ? 14 : 7;
}

// The symbol of a chunk that has `left` symbols yet to read, this one counted.
uint8_t SymbolOf(uint16_t chunk, uint16_t left) {
  if ((chunk & 0x8000) == 0) return (chunk >> 13) & 3;
  if ((chunk & 0x4000) == 0) return (chunk >> (left - 1)) & 1;
  return (chunk >> (2 * (left - 1))) & 3;
}

// Walks over the chunks; returns the bytes of deltas they ask for, or nothing if a chunk is missing
// or a symbol reserved. Leaves `reader` behind the last chunk.
std::optional<size_t> MeasureDeltas(base::ByteReader& reader, uint16_t status_count) {
  size_t bytes = 0;
  for (uint16_t left = status_count; left > 0;) {
    const uint16_t chunk = reader.U16();
    const uint16_t capacity = CapacityOf(chunk);
    // A run of nothing would let a packet of zeros keep us here.
    if (!reader.ok() || capacity == 0) return std::nullopt;
    const uint16_t used = std::min(capacity, left);
    for (uint16_t i = 0; i < used; ++i) {
      const uint8_t symbol = SymbolOf(chunk, static_cast<uint16_t>(capacity - i));
      if (symbol > kLargeDelta) return std::nullopt;
      bytes += symbol;
    }
    left = static_cast<uint16_t>(left - used);
  }
  return bytes;
}

}  // namespace

std::optional<TransportFeedback> ParseTransportFeedback(const Element& element) {
  if (!element.Is(PacketType::kTransportFeedback, kFormatTransportCc)) return std::nullopt;
  base::ByteReader reader(element.body);
  TransportFeedback feedback;
  feedback.sender_ssrc = reader.U32();
  feedback.media_ssrc = reader.U32();
  feedback.base_sequence_number = reader.U16();
  feedback.status_count = reader.U16();
  feedback.reference = kFeedbackReferenceUnit * reader.U24();
  feedback.feedback_count = reader.U8();
  if (!reader.ok() || feedback.status_count == 0 || feedback.status_count > kMaxFeedbackStatuses) {
    return std::nullopt;
  }
  const size_t chunks_at = reader.position();
  const auto delta_bytes = MeasureDeltas(reader, feedback.status_count);
  if (!delta_bytes || *delta_bytes > reader.remaining()) return std::nullopt;
  feedback.chunks = element.body.subspan(chunks_at, reader.position() - chunks_at);
  feedback.deltas = reader.Read(*delta_bytes);
  return feedback;
}

PacketStatusReader::PacketStatusReader(const TransportFeedback& feedback)
    : chunks_(feedback.chunks),
      deltas_(feedback.deltas),
      sequence_number_(feedback.base_sequence_number),
      left_(feedback.status_count),
      time_(feedback.reference) {}

uint8_t PacketStatusReader::NextSymbol() {
  if (chunk_left_ == 0) {
    chunk_ = chunks_.U16();
    chunk_left_ = CapacityOf(chunk_);
  }
  return SymbolOf(chunk_, chunk_left_--);
}

std::optional<PacketStatus> PacketStatusReader::Next() {
  if (left_ == 0) return std::nullopt;
  --left_;
  PacketStatus status;
  status.sequence_number = sequence_number_++;
  const uint8_t symbol = NextSymbol();
  if (symbol == kSmallDelta) time_ += kFeedbackTick * deltas_.U8();
  if (symbol == kLargeDelta) time_ += kFeedbackTick * static_cast<int16_t>(deltas_.U16());
  if (symbol != 0) status.arrival = time_;
  return status;
}

}  // namespace plaza::rtp::rtcp
