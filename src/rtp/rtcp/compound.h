// RTCP compound packets (RFC 3550 section 6.1, RFC 5506): walking over and putting together their
// elements.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/bytes.h"

namespace plaza::rtp::rtcp {

enum class PacketType : uint8_t {
  kSenderReport = 200,       ///< RFC 3550
  kReceiverReport = 201,     ///< RFC 3550
  kSourceDescription = 202,  ///< RFC 3550
  kBye = 203,                ///< RFC 3550
  kApplication = 204,        ///< RFC 3550
  kTransportFeedback = 205,  ///< RTPFB, RFC 4585
  kPayloadFeedback = 206,    ///< PSFB, RFC 4585
  kExtendedReport = 207,     ///< RFC 3611
};

/// Feedback message types: the `count` of a kTransportFeedback or kPayloadFeedback element.
inline constexpr uint8_t kFormatNack = 1;
inline constexpr uint8_t kFormatTransportCc = 15;
inline constexpr uint8_t kFormatPli = 1;
inline constexpr uint8_t kFormatFir = 4;
inline constexpr uint8_t kFormatApplication = 15;  ///< REMB among others

/// One RTCP packet of a compound packet. `type` may be a number that has no name here.
struct Element {
  PacketType type{};
  uint8_t count = 0;    ///< of reports, chunks or sources; for feedback its format
  base::ByteView body;  ///< what follows the four common bytes, without padding

  bool Is(PacketType wanted, uint8_t format) const { return type == wanted && count == format; }
};

/// Walks over the elements of a compound packet. It ends at the first malformed one, and ok() turns
/// false.
class CompoundReader {
 public:
  explicit CompoundReader(base::ByteView compound) : reader_(compound) {}

  std::optional<Element> Next();
  bool ok() const { return ok_; }

 private:
  base::ByteReader reader_;
  bool ok_ = true;
};

/// True if a datagram of RTP version 2 is RTCP and not RTP (RFC 5761 section 4).
bool IsRtcp(base::ByteView datagram);
/// True if `compound` has at least one element and all of them are well formed.
bool IsWellFormed(base::ByteView compound);

/// Puts elements one after another into a buffer. What does not fit is left out as a whole, so that
/// written() can be sent at any time.
class CompoundWriter {
 public:
  explicit CompoundWriter(std::span<uint8_t> out) : out_(out) {}

  base::ByteView written() const { return out_.first(size_); }
  bool empty() const { return size_ == 0; }
  /// Room for the body of one more element.
  size_t remaining() const { return out_.size() - size_ < 4 ? 0 : out_.size() - size_ - 4; }

  /// Appends an element whose body `write` writes into a base::ByteWriter; padded with zeros to
  /// whole words. False, and nothing appended, if it does not fit.
  template <typename Write>
  bool Add(PacketType type, uint8_t count, Write&& write) {
    base::ByteWriter writer(out_.subspan(size_));
    writer.U32(0);
    write(writer);
    writer.Zeros((4 - writer.size() % 4) % 4);
    return writer.ok() && Finish(type, count, writer.size());
  }

 private:
  bool Finish(PacketType type, uint8_t count, size_t size);

  std::span<uint8_t> out_;
  size_t size_ = 0;
};

}  // namespace plaza::rtp::rtcp
