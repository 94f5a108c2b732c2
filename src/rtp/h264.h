// What an H.264 payload (RFC 6184) holds, as far as forwarding needs it: single NAL units, STAP-A
// and FU-A.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "rtp/picture_sizes.h"

namespace plaza::rtp {

/// NAL unit types (H.264 table 7-1) and those that RFC 6184 adds.
namespace h264 {
inline constexpr uint8_t kSlice = 1;
inline constexpr uint8_t kIdr = 5;
inline constexpr uint8_t kSei = 6;
inline constexpr uint8_t kSps = 7;
inline constexpr uint8_t kPps = 8;
inline constexpr uint8_t kAud = 9;
inline constexpr uint8_t kStapA = 24;
inline constexpr uint8_t kFuA = 28;
}  // namespace h264

/// Walks over the NAL units of a payload that is one NAL unit or a STAP-A. A unit that points
/// outside ends the walk, and ok() turns false.
class H264UnitReader {
 public:
  explicit H264UnitReader(base::ByteView payload);
  /// The next unit, from its header on; never empty.
  std::optional<base::ByteView> Next();
  bool ok() const { return ok_; }

 private:
  base::ByteView single_;
  base::ByteReader units_;
  bool ok_ = true;
};

struct H264Payload {
  uint8_t type = 0;          ///< of the packet: a NAL unit type, kStapA or kFuA
  bool has_sps = false;      ///< parameter sets begin in this packet
  bool has_idr = false;      ///< an IDR slice, or a piece of one, is in this packet
  bool starts_unit = false;  ///< not the middle or end of a fragmented unit
  bool ends_unit = false;    ///< not the start or middle of a fragmented unit
  bool starts_frame =
      false;  ///< surely the first packet of its frame: AUD, SPS or the first slice of a non-IDR
              ///< picture. An IDR slice is not: parameter sets go before it
  bool starts_idr = false;    ///< the first slice of an IDR picture begins here
  bool non_reference = true;  ///< nal_ref_idc of all units is 0: no other frame needs it
  PictureSize size;           ///< of an SPS that is whole in this packet
};

/// Nothing if the payload is empty, malformed, or of a packet type that WebRTC does not use
/// (STAP-B, MTAP, FU-B).
std::optional<H264Payload> ParseH264(base::ByteView payload);

/// The picture size that an SPS, from its NAL unit header on, tells.
std::optional<PictureSize> ReadH264SpsSize(base::ByteView unit);

}  // namespace plaza::rtp
