// Reading header extension elements (RFC 8285) of a parsed packet, without allocation.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "rtp/header_extensions.h"
#include "rtp/packet.h"

namespace plaza::rtp {

inline constexpr uint16_t kOneByteProfile = 0xBEDE;
/// The upper 12 bits; the lower 4 are free to the application.
inline constexpr uint16_t kTwoByteProfile = 0x1000;

struct ExtensionElement {
  uint8_t id = 0;
  base::ByteView value;
};

/// Walks over the elements in the order of the packet. An element that points outside ends the
/// walk; an unknown profile has no elements.
class ExtensionReader {
 public:
  explicit ExtensionReader(const Packet& packet);
  ExtensionReader(base::ByteView elements, uint16_t profile)
      : reader_(elements), profile_(profile) {}

  std::optional<ExtensionElement> Next();

 private:
  base::ByteReader reader_;
  uint16_t profile_;
};

/// The first element with `id`; nothing if there is none or `id` is 0. An element may be empty.
std::optional<base::ByteView> FindExtension(const Packet& packet, uint8_t id);

/// RFC 6464: 0 is the loudest, 127 silence (-dBov); `voice` is the sender's own guess.
struct AudioLevel {
  uint8_t level = 127;
  bool voice = false;
};

/// 3GPP TS 26.114: clockwise rotation in quarter turns, mirrored or not, front or back camera.
struct VideoOrientation {
  uint8_t quarter_turns = 0;
  bool flip = false;
  bool back_camera = false;
};

/// In units of 10 ms.
struct PlayoutDelay {
  uint16_t min = 0;
  uint16_t max = 0;
};

/// Typed accessors: nothing when the extension is not agreed, absent, or of the wrong size. Texts
/// point into the packet.
std::optional<std::string_view> ReadMid(const Packet& packet, const ExtensionMap& map);
std::optional<std::string_view> ReadRid(const Packet& packet, const ExtensionMap& map);
std::optional<std::string_view> ReadRepairedRid(const Packet& packet, const ExtensionMap& map);
std::optional<AudioLevel> ReadAudioLevel(const Packet& packet, const ExtensionMap& map);
std::optional<uint16_t> ReadTransportSequenceNumber(const Packet& packet, const ExtensionMap& map);
/// 24 bits: seconds modulo 64 with an 18-bit fraction.
std::optional<uint32_t> ReadAbsSendTime(const Packet& packet, const ExtensionMap& map);
std::optional<VideoOrientation> ReadVideoOrientation(const Packet& packet, const ExtensionMap& map);
/// RFC 5450: transmission time minus timestamp, in units of the timestamp.
std::optional<int32_t> ReadTimestampOffset(const Packet& packet, const ExtensionMap& map);
std::optional<PlayoutDelay> ReadPlayoutDelay(const Packet& packet, const ExtensionMap& map);

}  // namespace plaza::rtp
