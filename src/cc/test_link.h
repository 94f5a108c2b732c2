// A bottleneck with a sender and a receiver, for tests of estimators.
#pragma once

#include <algorithm>
#include <array>
#include <deque>
#include <utility>

#include "base/random.h"
#include "base/units.h"
#include "cc/bandwidth_controller.h"
#include "cc/transport_feedback_generator.h"

namespace plaza::cc {

/// A link of some rate with a queue, over which a sender that follows the controller sends 30
/// frames a second.
class TestLink {
 public:
  struct Settings {
    base::DataRate capacity = base::DataRate::KilobitsPerSecond(1'000);
    base::Duration delay{25'000};   ///< one way, both ways
    base::Duration queue{400'000};  ///< what comes later is dropped
    double loss = 0;
    base::Duration jitter{0};  ///< uniform, keeps the order
    base::DataRate source =
        base::DataRate::Infinite();  ///< the sender has no more than this to send
  };

  TestLink(BandwidthController& controller, const Settings& settings, uint64_t seed = 1)
      : controller_(controller), settings_(settings), random_(seed) {}

  Settings& settings() { return settings_; }
  base::Time now() const { return now_; }

  void Run(base::Duration span) {
    for (const base::Time end = now_ + span; now_ < end; now_ += kStep) Step();
  }
  /// Runs for `span`; gives the mean target in that time.
  base::DataRate MeanTarget(base::Duration span) {
    double sum = 0;
    int64_t steps = 0;
    for (const base::Time end = now_ + span; now_ < end; now_ += kStep, ++steps) {
      Step();
      sum += static_cast<double>(controller_.target().bps());
    }
    return base::DataRate::BitsPerSecond(static_cast<int64_t>(sum / static_cast<double>(steps)));
  }
  /// The longest wait in the queue since the last call.
  base::Duration TakeMaxQueue() { return std::exchange(max_queue_, base::Duration(0)); }

 private:
  static constexpr base::Duration kStep{1'000};
  static constexpr base::Duration kFrame{33'000};
  static constexpr int64_t kPacketSize = 1'200;

  void Step() {
    if (now_ >= next_frame_) {
      const auto rate = std::min(controller_.target(), settings_.source);
      budget_ += rate.BytesIn(kFrame);
      next_frame_ += kFrame;
    }
    // Frames leave paced: at twice their rate.
    const auto rate = std::min(controller_.target(), settings_.source);
    pace_ = std::min<int64_t>(pace_ + 2 * rate.BytesIn(kStep), 2 * kPacketSize);
    while (budget_ > 0 && pace_ > 0) {
      const int64_t size = std::min(budget_, kPacketSize);
      Send(static_cast<size_t>(size));
      budget_ -= size;
      pace_ -= size;
    }
    Deliver();
  }

  void Send(size_t size) {
    const uint16_t number = controller_.OnPacketSent(size, now_);
    const base::Time start = std::max(now_, busy_until_);
    max_queue_ = std::max(max_queue_, start - now_);
    if (start - now_ > settings_.queue) return;
    busy_until_ = start + settings_.capacity.TimeFor(static_cast<int64_t>(size));
    if (random_.Unit() < settings_.loss) return;
    const auto jitter = base::Duration(
        static_cast<int64_t>(random_.Below(static_cast<uint64_t>(settings_.jitter.count()) + 1)));
    last_arrival_ = std::max(last_arrival_, busy_until_ + settings_.delay + jitter);
    arriving_.emplace_back(last_arrival_, number);
  }

  void Deliver() {
    for (; !arriving_.empty() && arriving_.front().first <= now_; arriving_.pop_front()) {
      // The receiver's clock has another zero.
      generator_.OnPacket(arriving_.front().second, arriving_.front().first + kClockOffset);
    }
    if (generator_.NextDeadline() <= now_ + kClockOffset) {
      for (;;) {
        std::array<uint8_t, 1200> room;
        rtp::rtcp::CompoundWriter writer(room);
        if (!generator_.Build(writer, 1, 2)) break;
        const auto written = writer.written();
        feedback_.emplace_back(now_ + settings_.delay, base::Bytes(written.begin(), written.end()));
      }
    }
    for (; !feedback_.empty() && feedback_.front().first <= now_; feedback_.pop_front()) {
      const auto element = rtp::rtcp::CompoundReader(feedback_.front().second).Next();
      controller_.OnTransportFeedback(rtp::rtcp::ParseTransportFeedback(element.value()).value(),
                                      now_);
    }
  }

  static constexpr base::Duration kClockOffset{777'000'000'123};

  BandwidthController& controller_;
  Settings settings_;
  base::SeededRandom random_;
  TransportFeedbackGenerator generator_;
  base::Time now_{base::Duration(1'000'000'000)};
  base::Time next_frame_ = now_;
  base::Time busy_until_{};
  base::Time last_arrival_{};
  base::Duration max_queue_{0};
  int64_t budget_ = 0;
  int64_t pace_ = 0;
  std::deque<std::pair<base::Time, uint16_t>> arriving_;
  std::deque<std::pair<base::Time, base::Bytes>> feedback_;
};

}  // namespace plaza::cc
