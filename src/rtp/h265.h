// What an H.265 payload (RFC 7798) holds, as far as forwarding needs it: single NAL units,
// aggregation packets and fragmentation units, without decoding order numbers.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "rtp/picture_sizes.h"

namespace plaza::rtp {

/// NAL unit types (H.265 table 7-1) and those that RFC 7798 adds.
namespace h265 {
inline constexpr uint8_t kTsaN = 2;
inline constexpr uint8_t kStsaR = 5;
inline constexpr uint8_t kFirstIrap = 16;
inline constexpr uint8_t kLastIrap = 23;
inline constexpr uint8_t kVps = 32;
inline constexpr uint8_t kSps = 33;
inline constexpr uint8_t kPps = 34;
inline constexpr uint8_t kAud = 35;
inline constexpr uint8_t kAggregation = 48;
inline constexpr uint8_t kFragment = 49;

constexpr bool IsSlice(uint8_t type) { return type < 32; }
/// A picture that can be decoded without another one.
constexpr bool IsIrap(uint8_t type) { return type >= kFirstIrap && type <= kLastIrap; }
}  // namespace h265

/// Walks over the NAL units of a payload that is one NAL unit or an aggregation packet. A unit that
/// points outside ends the walk, and ok() turns false.
class H265UnitReader {
 public:
  explicit H265UnitReader(base::ByteView payload);
  /// The next unit, from its two header bytes on.
  std::optional<base::ByteView> Next();
  bool ok() const { return ok_; }

 private:
  base::ByteView single_;
  base::ByteReader units_;
  bool ok_ = true;
};

struct H265Payload {
  uint8_t type = 0;                 ///< of the packet: a NAL unit type, kAggregation or kFragment
  bool has_parameter_sets = false;  ///< a VPS or an SPS begins in this packet
  bool starts_irap = false;         ///< the first slice of an IRAP picture begins here
  bool starts_unit = false;         ///< not the middle or end of a fragmented unit
  bool ends_unit = false;           ///< not the start or middle of a fragmented unit
  bool starts_frame = false;  ///< surely the first packet of its frame: AUD, VPS or the first slice
                              ///< of a picture that is not IRAP
  uint8_t temporal_id = 0;
  bool layer_sync = false;  ///< TSA or STSA: who got lower temporal layers can add this one here
  PictureSize size;         ///< of an SPS that is whole in this packet
};

/// Nothing if the payload is empty, malformed, or of a packet type that WebRTC does not use (PACI).
std::optional<H265Payload> ParseH265(base::ByteView payload);

/// The picture size that an SPS, from its NAL unit header on, tells.
std::optional<PictureSize> ReadH265SpsSize(base::ByteView unit);

}  // namespace plaza::rtp
