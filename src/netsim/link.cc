#include "netsim/link.h"

#include <algorithm>

namespace plaza::netsim {
namespace {

// How late a lost piece of a stream comes beyond a round trip: a sender's least retransmission
// time-out.
constexpr base::Duration kStreamRetransmission = std::chrono::milliseconds(200);

}  // namespace

Link::Link(const LinkConditions& conditions, uint64_t seed, LinkKind kind)
    : conditions_(conditions), kind_(kind), random_(seed) {}

bool Link::IsLost() {
  // Both are drawn for every packet, so that one seed gives one sequence of bursts.
  const bool random = Chance(conditions_.loss);
  in_burst_ = in_burst_ ? !Chance(conditions_.burst.leave) : Chance(conditions_.burst.enter);
  const bool burst = in_burst_ && Chance(conditions_.burst.loss);
  if (burst) {
    ++stats_.lost_burst;
  } else if (random) {
    ++stats_.lost_random;
  }
  return random || burst;
}

size_t Link::queued_bytes(base::Time now) const {
  if (conditions_.rate == base::DataRate::Infinite() || rate_free_at_ <= now) return 0;
  return static_cast<size_t>(conditions_.rate.BytesIn(rate_free_at_ - now));
}

// When the packet has passed the bottleneck; nothing if it finds no room before it.
std::optional<base::Time> Link::Departure(size_t size, base::Time now) {
  const size_t on_wire = size + kHeaderBytes;
  const bool full =
      in_flight_.size() >= kMaxInFlight || conditions_.rate.bps() <= 0 ||
      (kind_ == LinkKind::kDatagrams && queued_bytes(now) + on_wire > conditions_.queue_bytes &&
       conditions_.rate != base::DataRate::Infinite());
  if (full) return std::nullopt;
  if (conditions_.rate == base::DataRate::Infinite()) return now;
  rate_free_at_ =
      std::max(rate_free_at_, now) + conditions_.rate.TimeFor(static_cast<int64_t>(on_wire));
  return rate_free_at_;
}

void Link::Enter(base::ByteView bytes, uint64_t tag, base::Time at) {
  in_flight_.push({{base::Bytes(bytes.begin(), bytes.end()), tag, at}, next_order_++});
}

void Link::Send(base::ByteView bytes, base::Time now, uint64_t tag) {
  while (!schedule_.empty() && schedule_.begin()->first <= now) {
    conditions_ = schedule_.begin()->second;
    schedule_.erase(schedule_.begin());
  }
  ++stats_.sent;
  const auto departure = Departure(bytes.size(), now);
  if (!departure) {
    ++stats_.lost_queue;
    return;
  }
  const bool lost = IsLost();
  const bool stream = kind_ == LinkKind::kStream;
  if (lost && !stream) return;
  base::Time at = *departure + conditions_.delay +
                  base::Duration(static_cast<int64_t>(
                      random_.Below(static_cast<uint64_t>(conditions_.jitter.count()) + 1)));
  if (lost) at += 2 * conditions_.delay + kStreamRetransmission;
  if (!stream && Chance(conditions_.reorder)) {
    ++stats_.reordered;
    Enter(bytes, tag, at + conditions_.reorder_delay);
  } else {
    at = last_arrival_ = std::max(at, last_arrival_);
    Enter(bytes, tag, at);
  }
  if (!stream && Chance(conditions_.duplicate)) {
    ++stats_.duplicated;
    Enter(bytes, tag, at);
  }
}

base::Time Link::NextDeadline() const {
  return in_flight_.empty() ? base::kNever : in_flight_.top().arrival.at;
}

std::optional<Arrival> Link::Receive(base::Time now) {
  if (in_flight_.empty() || in_flight_.top().arrival.at > now) return std::nullopt;
  Arrival arrival = in_flight_.top().arrival;
  in_flight_.pop();
  ++stats_.delivered;
  return arrival;
}

}  // namespace plaza::netsim
