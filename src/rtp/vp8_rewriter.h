// VP8 picture ids and TL0PICIDX that run on while a receiver is switched between streams.
#pragma once

#include <array>
#include <cstdint>

#include "rtp/vp8.h"

namespace plaza::rtp {

/// Gives, for each packet forwarded to one receiver, the descriptor to send. Numbers go on without
/// a gap over switches and left-out frames: a decoder that misses an id waits for its frame.
class Vp8Rewriter {
 public:
  /// The next packet belongs to another source stream, or to the same after a pause: its frame gets
  /// the numbers after the last ones sent.
  void OnSwitch() { switched_ = true; }
  /// A packet of the current source that is left out (its temporal layer is above the wanted one,
  /// say). Called for every packet of such a frame, in the order of arrival; the ids after the
  /// frame close up.
  void OnDropped(const Vp8Descriptor& descriptor);
  /// The descriptor to send; its picture id, if the source has one, is always of 15 bits. Packets
  /// of recent frames may come late.
  Vp8Descriptor Rewrite(const Vp8Descriptor& descriptor);

 private:
  // From this source id on, `offset` is added. There is one for each left-out frame.
  struct Step {
    int64_t from;
    int64_t offset;
  };
  // How far back late packets are given their right id: two seconds of 30 frames where half is left
  // out.
  static constexpr size_t kMaxSteps = 32;

  void Rebase(const Vp8Descriptor& descriptor);
  int64_t Unwrap(const Vp8Descriptor& descriptor) const;
  int64_t OffsetAt(int64_t source_id) const;
  void AddStep(Step step);

  bool switched_ = true;
  bool has_picture_id_ = false;  // one was sent
  bool has_tl0_ = false;
  std::array<Step, kMaxSteps> steps_{};
  size_t step_count_ = 0;          // ever added since the switch; the ring holds the last ones
  int64_t highest_source_id_ = 0;  // unwrapped
  int64_t highest_sent_id_ = 0;    // not cut to 15 bits
  uint8_t tl0_offset_ = 0;
  uint8_t highest_tl0_ = 0;
};

}  // namespace plaza::rtp
