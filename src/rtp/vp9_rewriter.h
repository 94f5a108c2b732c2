// VP9 picture ids and TL0PICIDX that run on while a receiver is switched between streams.
#pragma once

#include <cstdint>

#include "rtp/vp9.h"

namespace plaza::rtp {

/// Gives, for each packet forwarded to one receiver, the descriptor to send. Left-out frames leave
/// a gap in the numbers: references are distances in them (RFC 9628 section 4.2).
class Vp9Rewriter {
 public:
  /// The next packet belongs to another source stream, or to the same after a pause: its picture
  /// gets the numbers after the last ones sent.
  void OnSwitch() { switched_ = true; }
  /// The descriptor to send; its picture id, if the source has one, is always of 15 bits.
  Vp9Descriptor Rewrite(const Vp9Descriptor& descriptor);

 private:
  void Rebase(const Vp9Descriptor& descriptor);
  int64_t Unwrap(const Vp9Descriptor& descriptor) const;

  bool switched_ = true;
  bool has_picture_id_ = false;  // one was sent
  bool has_tl0_ = false;
  int64_t highest_source_id_ = 0;  // unwrapped
  int64_t offset_ = 0;             // what is sent minus what came
  uint8_t tl0_offset_ = 0;
  uint8_t highest_tl0_ = 0;  // sent
};

}  // namespace plaza::rtp
