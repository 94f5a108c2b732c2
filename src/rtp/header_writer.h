// Building an RTP header with CSRCs and header extensions (RFC 3550, RFC 8285) into a fixed buffer.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "base/bytes.h"
#include "rtp/extension_reader.h"
#include "rtp/packet.h"

namespace plaza::rtp {

/// Room for all values of the extension elements of one packet.
inline constexpr size_t kMaxExtensionBytes = 320;
inline constexpr size_t kMaxExtensionElements = 14;
/// No header that HeaderWriter makes is longer.
inline constexpr size_t kMaxHeaderSize =
    12 + 15 * 4 + 4 + kMaxExtensionBytes + 2 * kMaxExtensionElements + 4;

/// A header as OutgoingRtp wants it: the bytes, and where the elements lie that the transport
/// stamps (offset of the element's value from the first byte; 0: absent).
struct WrittenHeader {
  std::span<uint8_t> bytes;
  uint16_t transport_cc_offset = 0;
  uint16_t abs_send_time_offset = 0;
};

/// Collects extension elements, then writes the whole header. Elements are one-byte unless an id
/// above 14 or a value that is empty or longer than 16 bytes asks for two-byte ones. May be used
/// again after Clear().
class HeaderWriter {
 public:
  /// Adds an element; the value is copied. False, and nothing added, if `id` is 0 (not agreed) or
  /// there is no room.
  bool Add(uint8_t id, base::ByteView value);
  bool AddMid(uint8_t id, std::string_view mid) { return Add(id, base::AsBytes(mid)); }
  bool AddAudioLevel(uint8_t id, AudioLevel level);
  bool AddVideoOrientation(uint8_t id, VideoOrientation orientation);
  /// Adds the element with zeros, for the transport to stamp when the packet leaves.
  bool AddTransportCc(uint8_t id);
  bool AddAbsSendTime(uint8_t id);
  void Clear();

  /// Writes the fixed fields and CSRCs of `header` (its extension fields are not looked at) and the
  /// elements to the front of `out`. Nothing if it does not fit; kMaxHeaderSize always does.
  std::optional<WrittenHeader> Write(const RtpHeader& header, std::span<uint8_t> out) const;

 private:
  struct Element {
    uint8_t id;
    uint8_t size;
    uint16_t offset;  // into values_
  };
  void WriteElements(base::ByteWriter& writer, WrittenHeader& written) const;

  std::array<uint8_t, kMaxExtensionBytes> values_;
  std::array<Element, kMaxExtensionElements> elements_;
  size_t value_bytes_ = 0;
  size_t count_ = 0;
  bool two_byte_ = false;
  uint8_t transport_cc_id_ = 0;
  uint8_t abs_send_time_id_ = 0;
};

/// Writes the value of the transport-wide sequence number element at `offset` of a written header.
void StampTransportCc(std::span<uint8_t> header, uint16_t offset, uint16_t sequence_number);
/// Writes the value of the absolute send time element (24 bits) at `offset` of a written header.
void StampAbsSendTime(std::span<uint8_t> header, uint16_t offset, uint32_t abs_send_time);

}  // namespace plaza::rtp
