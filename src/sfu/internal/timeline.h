// RTP timestamps that run on at the pace of time while what is sent changes.
#pragma once

#include <cstdint>

#include "base/time.h"
#include "rtp/sequence_number.h"
#include "sfu/media_packet.h"

namespace plaza::sfu {

/// `span` in ticks of a clock; negative spans give negative ticks.
constexpr int64_t ToTicks(base::Duration span, uint32_t clock_rate) {
  return span.count() * static_cast<int64_t>(clock_rate) / 1'000'000;
}
constexpr base::Duration FromTicks(int64_t ticks, uint32_t clock_rate) {
  return base::Duration(ticks * 1'000'000 / static_cast<int64_t>(clock_rate));
}

/// Maps the timestamps of one stream after another onto one outgoing line: between the last frame
/// of one stream and the first of the next lies the time between their captures, at least a
/// millisecond.
class Timeline {
 public:
  /// `first` is the first outgoing timestamp.
  Timeline(uint32_t clock_rate, uint32_t first) : clock_rate_(clock_rate), newest_out_(first) {}

  /// Begins another stream (or the same one anew). `live` is its newest frame. If older ones, from
  /// `first` on, are sent before it to catch up, they are pressed into the moments before, so that
  /// they don't delay it at the receiver.
  void Start(const ClockReference& live, uint32_t first);
  /// Ends the stream; `newest` is when the newest frame that was mapped was captured.
  void Stop(base::Time newest) { stopped_at_ = newest; }

  /// The outgoing timestamp of any frame of the present stream.
  uint32_t Map(uint32_t in) {
    const uint32_t out = Peek(in);
    if (rtp::IsNewer(out, newest_out_) || !started_) Advance(in, out);
    return out;
  }
  uint32_t Peek(uint32_t in) const {
    const int32_t after = rtp::Distance(in, pivot_in_);
    return pivot_out_ + static_cast<uint32_t>(after >= 0 ? after : after / kPress);
  }

  /// Where the present stream's moment lies on the outgoing line, near or far, seen from its live
  /// frames.
  uint32_t Line(uint32_t in) const { return pivot_out_ + (in - pivot_in_); }

  uint32_t newest_in() const { return newest_in_; }
  uint32_t newest_out() const { return newest_out_; }
  bool started() const { return started_; }

 private:
  static constexpr int32_t kPress = 64;

  void Advance(uint32_t in, uint32_t out) {
    newest_in_ = in;
    newest_out_ = out;
    started_ = true;
  }

  uint32_t clock_rate_;
  uint32_t pivot_in_ = 0;
  uint32_t pivot_out_ = 0;
  uint32_t newest_in_ = 0;
  uint32_t newest_out_;
  base::Time stopped_at_{};
  bool started_ = false;  // anything was ever mapped
};

}  // namespace plaza::sfu
