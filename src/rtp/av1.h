// What an AV1 payload holds (RTP Payload Format for AV1, version 1.0.0, section 4): the aggregation
// header, and the sequence header where there is one.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "rtp/picture_sizes.h"

namespace plaza::rtp {

/// OBU types (AV1 section 6.2.2).
namespace av1 {
inline constexpr uint8_t kSequenceHeader = 1;
inline constexpr uint8_t kTemporalDelimiter = 2;
inline constexpr uint8_t kFrameHeader = 3;
inline constexpr uint8_t kTileGroup = 4;
inline constexpr uint8_t kFrame = 6;
inline constexpr uint8_t kTileList = 8;
inline constexpr uint8_t kPadding = 15;
}  // namespace av1

struct Av1Payload {
  bool continues = false;            ///< Z: its first OBU began in the packet before
  bool continued = false;            ///< Y: its last OBU goes on in the next packet
  bool new_sequence = false;         ///< N: the first packet of a coded video sequence
  bool has_sequence_header = false;  ///< a whole one is in this packet
  PictureSize size;  ///< the largest that the sequence header allows; of all spatial layers

  /// Decoding can start with this packet.
  bool starts_key_picture() const { return !continues && (new_sequence || has_sequence_header); }
};

/// Walks over the OBU elements of a payload: whole OBUs, and pieces of them where `continues` and
/// `continued` say so. An element that points outside ends the walk, and ok() turns false.
class Av1ElementReader {
 public:
  explicit Av1ElementReader(base::ByteView payload);
  /// From its OBU header on; never empty.
  std::optional<base::ByteView> Next();
  bool AtEnd() const { return elements_.AtEnd(); }
  bool ok() const { return ok_; }

 private:
  base::ByteReader elements_;
  uint8_t count_ = 0;  // W: 0 says that each element tells its length
  uint8_t read_ = 0;
  bool ok_ = true;
};

/// Nothing if the payload is empty or malformed.
std::optional<Av1Payload> ParseAv1(base::ByteView payload);

/// The size that a sequence header OBU, from its header on, allows; nothing if it is malformed.
std::optional<PictureSize> ReadAv1SequenceSize(base::ByteView obu);

}  // namespace plaza::rtp
