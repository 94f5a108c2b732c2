// Looking into H.265 payloads.
#include "rtp/h265.h"

#include <algorithm>

#include "rtp/internal/bits.h"
#include "rtp/internal/rbsp.h"

namespace plaza::rtp {
namespace {

using namespace h265;

constexpr size_t kUnitHeaderSize = 2;

bool IsSync(uint8_t type) { return type >= kTsaN && type <= kStsaR; }

uint8_t TypeOf(uint8_t first_byte) { return first_byte >> 1 & 0x3F; }

// Takes note of one NAL unit, or the first piece of one: `data` follows its header.
void AddUnit(uint8_t type, base::ByteView data, bool first, H265Payload& payload) {
  const bool first_slice = IsSlice(type) && !data.empty() && (data[0] & 0x80) != 0;
  payload.has_parameter_sets = payload.has_parameter_sets || type == kVps || type == kSps;
  payload.starts_irap = payload.starts_irap || (IsIrap(type) && first_slice);
  payload.layer_sync = payload.layer_sync || IsSync(type);
  if (first) {
    payload.starts_frame = type == kAud || type == kVps || (first_slice && !IsIrap(type));
  }
}

bool ParseFragment(base::ByteView payload, H265Payload& result) {
  if (payload.size() < kUnitHeaderSize + 2) return false;
  const bool start = (payload[2] & 0x80) != 0;
  const bool end = (payload[2] & 0x40) != 0;
  if (start && end) return false;  // RFC 7798 section 4.4.3
  const uint8_t type = payload[2] & 0x3F;
  if (type >= kAggregation) return false;
  result.starts_unit = start;
  result.ends_unit = end;
  result.layer_sync = IsSync(type);
  if (start) AddUnit(type, payload.subspan(kUnitHeaderSize + 1), true, result);
  return true;
}

// profile_tier_level(1, max_sub_layers_minus1), H.265 section 7.3.3.
void SkipProfile(internal::BitReader& bits, uint32_t max_sub_layers_minus1) {
  bits.Skip(96);
  if (max_sub_layers_minus1 == 0) return;
  uint32_t present = bits.Bits(16);  // two flags a sub-layer, of eight
  for (uint32_t i = 0; i < max_sub_layers_minus1; ++i, present <<= 2)
    bits.Skip(((present & 0x8000) != 0 ? 88u : 0u) + ((present & 0x4000) != 0 ? 8u : 0u));
}

}  // namespace

std::optional<PictureSize> ReadH265SpsSize(base::ByteView unit) {
  if (unit.size() < kUnitHeaderSize) return std::nullopt;
  const internal::Rbsp rbsp(unit.subspan(kUnitHeaderSize));
  internal::BitReader bits(rbsp.view());
  bits.Skip(4);  // sps_video_parameter_set_id
  const uint32_t max_sub_layers_minus1 = bits.Bits(3);
  bits.Skip(1);  // sps_temporal_id_nesting_flag
  SkipProfile(bits, max_sub_layers_minus1);
  bits.ExpGolomb();  // sps_seq_parameter_set_id
  const uint32_t chroma = bits.ExpGolomb();
  if (chroma == 3) bits.Skip(1);  // separate_colour_plane_flag
  uint64_t width = bits.ExpGolomb();
  uint64_t height = bits.ExpGolomb();
  if (bits.Flag()) {  // conformance window, in units of chroma samples
    const uint64_t unit_x = chroma == 1 || chroma == 2 ? 2 : 1;
    const uint64_t unit_y = chroma == 1 ? 2 : 1;
    const uint64_t left = bits.ExpGolomb(), right = bits.ExpGolomb();
    const uint64_t top = bits.ExpGolomb(), bottom = bits.ExpGolomb();
    width -= std::min(width, (left + right) * unit_x);
    height -= std::min(height, (top + bottom) * unit_y);
  }
  if (!bits.ok() || width > UINT16_MAX || height > UINT16_MAX) return std::nullopt;
  return PictureSize{static_cast<uint16_t>(width), static_cast<uint16_t>(height)};
}

H265UnitReader::H265UnitReader(base::ByteView payload) : units_(base::ByteView()) {
  if (payload.size() >= kUnitHeaderSize && TypeOf(payload[0]) == kAggregation) {
    units_ = base::ByteReader(payload.subspan(kUnitHeaderSize));
  } else {
    single_ = payload;
  }
}

std::optional<base::ByteView> H265UnitReader::Next() {
  if (!single_.empty()) {
    const base::ByteView unit = single_;
    single_ = {};
    ok_ = unit.size() >= kUnitHeaderSize;
    return ok_ ? std::optional(unit) : std::nullopt;
  }
  if (!ok_ || units_.AtEnd()) return std::nullopt;
  const base::ByteView unit = units_.Read(units_.U16());
  ok_ = units_.ok() && unit.size() >= kUnitHeaderSize;
  return ok_ ? std::optional(unit) : std::nullopt;
}

std::optional<H265Payload> ParseH265(base::ByteView payload) {
  if (payload.size() < kUnitHeaderSize) return std::nullopt;
  H265Payload result;
  result.type = TypeOf(payload[0]);
  const uint8_t temporal_id_plus1 = payload[1] & 0x07;
  if (temporal_id_plus1 == 0) return std::nullopt;  // forbidden (H.265 section 7.4.2.2)
  result.temporal_id = static_cast<uint8_t>(temporal_id_plus1 - 1);
  if (result.type == kFragment) {
    return ParseFragment(payload, result) ? std::optional(result) : std::nullopt;
  }
  if (result.type > kFragment) return std::nullopt;
  result.starts_unit = result.ends_unit = true;
  H265UnitReader reader(payload);
  bool first = true;
  while (const auto unit = reader.Next()) {
    const uint8_t type = TypeOf((*unit)[0]);
    AddUnit(type, unit->subspan(kUnitHeaderSize), first, result);
    if (type == kSps) result.size = ReadH265SpsSize(*unit).value_or(PictureSize());
    first = false;
  }
  if (!reader.ok() || first) return std::nullopt;
  return result;
}

}  // namespace plaza::rtp
