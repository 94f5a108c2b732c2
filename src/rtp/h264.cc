// Looking into H.264 payloads.
#include "rtp/h264.h"

#include <algorithm>

#include "rtp/internal/bits.h"
#include "rtp/internal/rbsp.h"

namespace plaza::rtp {
namespace {

using namespace h264;

uint8_t TypeOf(uint8_t unit_header) { return unit_header & 0x1F; }

// Takes note of one NAL unit, or the first piece of one: `data` follows its header byte.
void AddUnit(uint8_t unit_header, base::ByteView data, bool first, H264Payload& payload) {
  const uint8_t type = TypeOf(unit_header);
  // first_mb_in_slice is 0 exactly when its Exp-Golomb code is the single bit 1.
  const bool first_slice = !data.empty() && (data[0] & 0x80) != 0;
  payload.has_sps = payload.has_sps || type == kSps;
  payload.has_idr = payload.has_idr || type == kIdr;
  payload.starts_idr = payload.starts_idr || (type == kIdr && first_slice);
  if ((unit_header & 0x60) != 0) payload.non_reference = false;
  if (first) {
    payload.starts_frame = type == kAud || type == kSps || (type == kSlice && first_slice);
  }
}

bool ParseFuA(base::ByteView payload, H264Payload& result) {
  if (payload.size() < 3) return false;
  const bool start = (payload[1] & 0x80) != 0;
  const bool end = (payload[1] & 0x40) != 0;
  if (start && end) return false;  // RFC 6184 section 5.8
  const uint8_t type = TypeOf(payload[1]);
  if (type == 0 || type >= kStapA) return false;
  result.starts_unit = start;
  result.ends_unit = end;
  if (start) {
    AddUnit(static_cast<uint8_t>((payload[0] & 0x60) | type), payload.subspan(2), true, result);
  } else {
    result.has_idr = type == kIdr;
    result.non_reference = (payload[0] & 0x60) == 0;
  }
  return true;
}

// Profiles whose SPS tells the chroma format (section 7.3.2.1.1).
bool HasChromaFormat(uint32_t profile_idc) {
  static constexpr uint8_t kProfiles[] = {100, 110, 122, 244, 44,  83, 86,
                                          118, 128, 138, 139, 134, 135};
  return std::ranges::find(kProfiles, profile_idc) != std::end(kProfiles);
}

void SkipScalingList(internal::BitReader& bits, int size) {
  int32_t last = 8, next = 8;
  for (int i = 0; i < size && next != 0 && bits.ok(); ++i) {
    next = (last + bits.SignedExpGolomb()) & 0xFF;
    last = next != 0 ? next : last;
  }
}

// chroma_format_idc and what follows it up to log2_max_frame_num_minus4; gives the chroma format.
uint32_t ReadChromaFormat(internal::BitReader& bits) {
  const uint32_t chroma = bits.ExpGolomb();
  if (chroma == 3) bits.Skip(1);
  bits.ExpGolomb();  // bit depths
  bits.ExpGolomb();
  bits.Skip(1);
  if (!bits.Flag()) return chroma;
  for (int i = 0; i < (chroma == 3 ? 12 : 8); ++i)
    if (bits.Flag()) SkipScalingList(bits, i < 6 ? 16 : 64);
  return chroma;
}

void SkipPictureOrder(internal::BitReader& bits) {
  const uint32_t type = bits.ExpGolomb();
  if (type == 0) bits.ExpGolomb();
  if (type != 1) return;
  bits.Skip(1);
  bits.SignedExpGolomb();
  bits.SignedExpGolomb();
  const uint32_t count = bits.ExpGolomb();
  for (uint32_t i = 0; i < count && bits.ok(); ++i) bits.SignedExpGolomb();
}

}  // namespace

// H.264 section 7.3.2.1.1.
std::optional<PictureSize> ReadH264SpsSize(base::ByteView unit) {
  if (unit.empty()) return std::nullopt;
  const internal::Rbsp rbsp(unit.subspan(1));
  internal::BitReader bits(rbsp.view());
  const uint32_t profile_idc = bits.Bits(8);
  bits.Skip(16);     // constraint flags, level
  bits.ExpGolomb();  // seq_parameter_set_id
  const uint32_t chroma = HasChromaFormat(profile_idc) ? ReadChromaFormat(bits) : 1;
  bits.ExpGolomb();  // log2_max_frame_num_minus4
  SkipPictureOrder(bits);
  bits.ExpGolomb();  // max_num_ref_frames
  bits.Skip(1);
  uint64_t width = (uint64_t{bits.ExpGolomb()} + 1) * 16;
  uint64_t height = (uint64_t{bits.ExpGolomb()} + 1) * 16;
  const uint64_t fields = bits.Flag() ? 1 : 2;
  height *= fields;
  if (fields == 2) bits.Skip(1);
  bits.Skip(1);
  if (bits.Flag()) {  // cropping, in units of chroma samples
    const uint64_t unit_x = chroma == 1 || chroma == 2 ? 2 : 1;
    const uint64_t unit_y = (chroma == 1 ? 2 : 1) * fields;
    const uint64_t left = bits.ExpGolomb(), right = bits.ExpGolomb();
    const uint64_t top = bits.ExpGolomb(), bottom = bits.ExpGolomb();
    width -= std::min(width, (left + right) * unit_x);
    height -= std::min(height, (top + bottom) * unit_y);
  }
  if (!bits.ok() || width > UINT16_MAX || height > UINT16_MAX) return std::nullopt;
  return PictureSize{static_cast<uint16_t>(width), static_cast<uint16_t>(height)};
}

H264UnitReader::H264UnitReader(base::ByteView payload) : units_(base::ByteView()) {
  if (!payload.empty() && TypeOf(payload[0]) == kStapA) {
    units_ = base::ByteReader(payload.subspan(1));
  } else {
    single_ = payload;
  }
}

std::optional<base::ByteView> H264UnitReader::Next() {
  if (!single_.empty()) {
    const base::ByteView unit = single_;
    single_ = {};
    return unit;
  }
  if (!ok_ || units_.AtEnd()) return std::nullopt;
  const size_t size = units_.U16();
  const base::ByteView unit = units_.Read(size);
  ok_ = units_.ok() && size > 0;
  if (!ok_) return std::nullopt;
  return unit;
}

std::optional<H264Payload> ParseH264(base::ByteView payload) {
  if (payload.empty()) return std::nullopt;
  H264Payload result;
  result.type = TypeOf(payload[0]);
  if (result.type == kFuA) {
    if (!ParseFuA(payload, result)) return std::nullopt;
    return result;
  }
  if (result.type == 0 || result.type > kStapA) return std::nullopt;
  result.starts_unit = result.ends_unit = true;
  H264UnitReader reader(payload);
  bool first = true;
  while (const auto unit = reader.Next()) {
    AddUnit((*unit)[0], unit->subspan(1), first, result);
    if (TypeOf((*unit)[0]) == kSps) result.size = ReadH264SpsSize(*unit).value_or(PictureSize());
    first = false;
  }
  if (!reader.ok() || first) return std::nullopt;
  return result;
}

}  // namespace plaza::rtp
