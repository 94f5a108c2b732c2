// Looking into AV1 payloads.
//
//      |Z|Y| W |N|-|-|-|   aggregation header
//   then elements: |length (leb128)| OBU …, the last of W without a length
#include "rtp/av1.h"

#include "rtp/internal/bits.h"

namespace plaza::rtp {
namespace {

constexpr size_t kMaxLeb128Size = 8;  // AV1 section 4.10.5

std::optional<uint64_t> ReadLeb128(base::ByteReader& reader) {
  uint64_t value = 0;
  for (size_t i = 0; i < kMaxLeb128Size; ++i) {
    const uint8_t byte = reader.U8();
    value |= static_cast<uint64_t>(byte & 0x7F) << (i * 7);
    if ((byte & 0x80) == 0) return reader.ok() ? std::optional(value) : std::nullopt;
  }
  return std::nullopt;
}

uint8_t TypeOf(base::ByteView obu) { return obu[0] >> 3 & 0x0F; }

// The payload of an OBU, behind its header, extension and size.
std::optional<base::ByteView> PayloadOf(base::ByteView obu) {
  base::ByteReader reader(obu);
  const uint8_t header = reader.U8();
  if ((header & 0x80) != 0) return std::nullopt;  // forbidden bit
  if ((header & 0x04) != 0) reader.U8();
  if ((header & 0x02) != 0) {
    const auto size = ReadLeb128(reader);
    if (!size || *size > reader.remaining()) return std::nullopt;
    return reader.Read(static_cast<size_t>(*size));
  }
  if (!reader.ok()) return std::nullopt;
  return reader.Rest();
}

// uvlc() (AV1 section 4.10.3) is skipped, not needed.
void SkipUvlc(internal::BitReader& bits) { bits.ExpGolomb(); }

// timing_info() and decoder_model_info(); gives buffer_delay_length_minus_1 where there is a model.
std::optional<uint32_t> SkipTiming(internal::BitReader& bits) {
  bits.Skip(64);                    // num_units_in_display_tick, time_scale
  if (bits.Flag()) SkipUvlc(bits);  // equal_picture_interval
  if (!bits.Flag()) return std::nullopt;
  const uint32_t delay_length = bits.Bits(5);
  bits.Skip(32 + 5 + 5);
  return delay_length;
}

void SkipOperatingPoints(internal::BitReader& bits) {
  std::optional<uint32_t> delay_length;
  if (bits.Flag()) delay_length = SkipTiming(bits);
  const bool display_delay = bits.Flag();
  const uint32_t points = bits.Bits(5) + 1;
  for (uint32_t i = 0; i < points && bits.ok(); ++i) {
    bits.Skip(12);                       // operating_point_idc
    if (bits.Bits(5) > 7) bits.Skip(1);  // seq_level_idx, seq_tier
    if (delay_length && bits.Flag()) bits.Skip(2 * (*delay_length + 1) + 1);
    if (display_delay && bits.Flag()) bits.Skip(4);
  }
}

}  // namespace

// AV1 section 5.5.1, as far as the size.
std::optional<PictureSize> ReadAv1SequenceSize(base::ByteView obu) {
  const auto payload = PayloadOf(obu);
  if (!payload) return std::nullopt;
  internal::BitReader bits(*payload);
  bits.Skip(3 + 1);  // seq_profile, still_picture
  const bool reduced = bits.Flag();
  if (reduced) {
    bits.Skip(5);  // seq_level_idx
  } else {
    SkipOperatingPoints(bits);
  }
  const size_t width_bits = bits.Bits(4) + 1;
  const size_t height_bits = bits.Bits(4) + 1;
  const uint32_t width = bits.Bits(width_bits) + 1;
  const uint32_t height = bits.Bits(height_bits) + 1;
  if (!bits.ok() || width > UINT16_MAX || height > UINT16_MAX) return std::nullopt;
  return PictureSize{static_cast<uint16_t>(width), static_cast<uint16_t>(height)};
}

Av1ElementReader::Av1ElementReader(base::ByteView payload) : elements_(payload) {
  count_ = elements_.U8() >> 4 & 3;
  ok_ = elements_.ok();
}

std::optional<base::ByteView> Av1ElementReader::Next() {
  while (ok_ && !elements_.AtEnd()) {
    ++read_;
    std::optional<uint64_t> size = elements_.remaining();
    if (count_ == 0 || read_ < count_) size = ReadLeb128(elements_);
    ok_ = size && *size <= elements_.remaining() && (count_ == 0 || read_ <= count_);
    if (ok_ && *size > 0) return elements_.Read(static_cast<size_t>(*size));
  }
  ok_ = ok_ && read_ >= count_;  // not fewer than announced
  return std::nullopt;
}

std::optional<Av1Payload> ParseAv1(base::ByteView payload) {
  if (payload.size() < 2) return std::nullopt;
  Av1Payload result;
  result.continues = (payload[0] & 0x80) != 0;
  result.continued = (payload[0] & 0x40) != 0;
  result.new_sequence = (payload[0] & 0x08) != 0;
  if (result.continues && result.new_sequence) return std::nullopt;
  Av1ElementReader reader(payload);
  bool whole = !result.continues;
  while (const auto obu = reader.Next()) {
    whole = whole && !(result.continued && reader.AtEnd());
    if (whole && TypeOf(*obu) == av1::kSequenceHeader) {
      if (const auto size = ReadAv1SequenceSize(*obu)) {
        result.has_sequence_header = true;
        result.size = *size;
      }
    }
    whole = true;
  }
  if (!reader.ok()) return std::nullopt;
  return result;
}

}  // namespace plaza::rtp
