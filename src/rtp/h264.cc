// Looking into H.264 payloads.
#include "rtp/h264.h"

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

}  // namespace

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
    first = false;
  }
  if (!reader.ok() || first) return std::nullopt;
  return result;
}

}  // namespace plaza::rtp
