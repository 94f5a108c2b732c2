// Payloads of H.264 and VP8, the other way.
#include "rtp/depacketizer.h"

#include "rtp/annexb.h"
#include "rtp/h264.h"
#include "rtp/vp8.h"

namespace plaza::rtp {
namespace {

void Append(base::ByteView bytes, base::Bytes& frame) {
  frame.insert(frame.end(), bytes.begin(), bytes.end());
}

bool AppendH264(base::ByteView payload, base::Bytes& frame) {
  const auto parsed = ParseH264(payload);
  if (!parsed) return false;
  if (parsed->type != h264::kFuA) {
    H264UnitReader units(payload);
    while (const auto unit = units.Next()) AppendAnnexB(*unit, frame);
    return true;
  }
  if (parsed->starts_unit) {
    const auto header = static_cast<uint8_t>((payload[0] & 0xE0) | (payload[1] & 0x1F));
    AppendAnnexB({&header, 1}, frame);
  }
  Append(payload.subspan(2), frame);
  return true;
}

bool AppendVp8(base::ByteView payload, base::Bytes& frame) {
  const auto parsed = ParseVp8(payload);
  if (!parsed) return false;
  Append(payload.subspan(parsed->size), frame);
  return true;
}

}  // namespace

bool AppendPayload(Codec codec, base::ByteView payload, base::Bytes& frame) {
  switch (codec) {
    case Codec::kH264:
      return AppendH264(payload, frame);
    case Codec::kVp8:
      return AppendVp8(payload, frame);
    default:
      return false;
  }
}

}  // namespace plaza::rtp
