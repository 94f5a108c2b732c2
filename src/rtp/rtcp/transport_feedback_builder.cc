// Collecting packet statuses and packing them into chunks.
#include "rtp/rtcp/transport_feedback_builder.h"

#include <algorithm>
#include <span>

namespace plaza::rtp::rtcp {
namespace {

constexpr size_t kHeadSize = 4 + 16;
constexpr size_t kOneBitSymbols = 14;
constexpr size_t kTwoBitSymbols = 7;
constexpr size_t kMaxRun = 0x1FFF;

size_t RunLength(std::span<const uint8_t> symbols) {
  const size_t end = std::min(symbols.size(), kMaxRun);
  size_t n = 1;
  while (n < end && symbols[n] == symbols[0]) ++n;
  return n;
}

// The most significant symbol comes first; those beyond the end are zeros.
uint16_t Pack(std::span<const uint8_t> symbols, size_t capacity, int bits) {
  uint16_t packed = 0;
  for (size_t i = 0; i < capacity; ++i) {
    packed = static_cast<uint16_t>(packed << bits | (i < symbols.size() ? symbols[i] : 0));
  }
  return packed;
}

// Rounds to the nearest tick.
int64_t ToTicks(base::Duration span) {
  const int64_t half = kFeedbackTick.count() / 2;
  const int64_t micros = span.count();
  return (micros + (micros < 0 ? -half : half)) / kFeedbackTick.count();
}

}  // namespace

void TransportFeedbackBuilder::Start(uint16_t base_sequence_number, base::Time reference) {
  base_sequence_number_ = base_sequence_number;
  count_ = delta_bytes_ = 0;
  const int64_t unit = reference.time_since_epoch() / kFeedbackReferenceUnit;
  reference_ = static_cast<uint32_t>(unit) & 0xFFFFFF;
  time_ = base::Time(kFeedbackReferenceUnit * unit);
}

bool TransportFeedbackBuilder::HasRoomFor(size_t statuses, size_t delta_bytes) const {
  // The worst case for chunks is all of them with two-bit symbols.
  const size_t chunk_bytes = (statuses + kTwoBitSymbols - 1) / kTwoBitSymbols * 2;
  return statuses <= kMaxStatuses && kHeadSize + chunk_bytes + delta_bytes + 3 <= kMaxSize;
}

bool TransportFeedbackBuilder::Add(uint16_t sequence_number, base::Time arrival) {
  const size_t index = static_cast<uint16_t>(sequence_number - base_sequence_number_);
  const int64_t ticks = ToTicks(arrival - time_);
  const bool small = ticks >= 0 && ticks <= UINT8_MAX;
  const size_t delta_bytes = delta_bytes_ + (small ? 1 : 2);
  if (index < count_ || !HasRoomFor(index + 1, delta_bytes) || ticks < INT16_MIN ||
      ticks > INT16_MAX) {
    return false;
  }
  std::fill(symbols_.begin() + static_cast<ptrdiff_t>(count_),
            symbols_.begin() + static_cast<ptrdiff_t>(index), uint8_t{0});
  symbols_[index] = small ? 1 : 2;
  deltas_[index] = static_cast<int16_t>(ticks);
  count_ = index + 1;
  delta_bytes_ = delta_bytes;
  time_ += kFeedbackTick * ticks;
  return true;
}

bool TransportFeedbackBuilder::Write(CompoundWriter& writer, uint32_t sender_ssrc,
                                     uint32_t media_ssrc, uint8_t feedback_count) const {
  return writer.Add(PacketType::kTransportFeedback, kFormatTransportCc,
                    [&](base::ByteWriter& body) {
                      body.U32(sender_ssrc);
                      body.U32(media_ssrc);
                      body.U16(base_sequence_number_);
                      body.U16(static_cast<uint16_t>(count_));
                      body.U24(reference_);
                      body.U8(feedback_count);
                      WriteChunks(body);
                      for (size_t i = 0; i < count_; ++i) {
                        if (symbols_[i] == 1) body.U8(static_cast<uint8_t>(deltas_[i]));
                        if (symbols_[i] == 2) body.U16(static_cast<uint16_t>(deltas_[i]));
                      }
                    });
}

// Greedy: a run where it is at least as long as what a vector would hold, else one-bit symbols
// unless a large delta is among the next 14, else two-bit symbols.
void TransportFeedbackBuilder::WriteChunks(base::ByteWriter& body) const {
  const std::span<const uint8_t> symbols(symbols_.data(), count_);
  for (size_t i = 0; i < symbols.size();) {
    const auto rest = symbols.subspan(i);
    const auto next = rest.first(std::min(rest.size(), kOneBitSymbols));
    const bool one_bit = std::find(next.begin(), next.end(), uint8_t{2}) == next.end();
    const size_t capacity = one_bit ? kOneBitSymbols : kTwoBitSymbols;
    const size_t run = RunLength(rest);
    if (run >= std::min(capacity, rest.size())) {
      body.U16(static_cast<uint16_t>(rest[0] << 13 | run));
      i += run;
    } else {
      const auto packed = rest.first(std::min(rest.size(), capacity));
      body.U16(one_bit ? static_cast<uint16_t>(0x8000 | Pack(packed, capacity, 1))
                       : static_cast<uint16_t>(0xC000 | Pack(packed, capacity, 2)));
      i += packed.size();
    }
  }
}

}  // namespace plaza::rtp::rtcp
