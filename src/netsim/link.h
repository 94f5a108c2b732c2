// A simulated network link: what a bad path does to the packets of one direction, the same for the
// same seed. Carries bytes and time, opens no socket; tests put peers on its two ends, the relay
// tool sockets.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <queue>
#include <vector>

#include "base/bytes.h"
#include "base/random.h"
#include "base/time.h"
#include "base/units.h"

namespace plaza::netsim {

/// Packets under way at a time; one more is lost like one that finds the queue full.
inline constexpr size_t kMaxInFlight = 65536;
/// What a UDP datagram weighs on the wire beside its bytes (IPv4 and UDP headers).
inline constexpr size_t kHeaderBytes = 28;

/// Loss in bursts (Gilbert-Elliott): a good state without such loss, and a bad one.
struct BurstLoss {
  double enter = 0;  ///< probability, per packet, to go from good to bad
  double leave =
      1;  ///< probability, per packet, to come back; 1 / leave is the mean length of a burst
  double loss = 1;  ///< probability to lose a packet while bad
};

/// What a link does. The default is a perfect one.
struct LinkConditions {
  base::DataRate rate = base::DataRate::Infinite();  ///< zero: nothing passes
  size_t queue_bytes = 128 * 1024;  ///< of packets that wait for the rate; more are lost
  base::Duration delay{0};
  base::Duration jitter{0};  ///< added to the delay, uniform from 0 up to this; keeps the order
  double loss = 0;           ///< probability of losing a packet, each by itself
  BurstLoss burst;
  double reorder = 0;  ///< probability of being overtaken by what follows
  base::Duration reorder_delay =
      std::chrono::milliseconds(20);  ///< how long such a packet is held back
  double duplicate = 0;               ///< probability of arriving twice
};

/// What becomes of loss: a datagram is gone; a piece of a stream comes later, and all behind it, as
/// under TCP. Streams are neither reordered nor duplicated, and their queue is not full but waited
/// for.
enum class LinkKind : uint8_t { kDatagrams, kStream };

/// One packet that has arrived.
struct Arrival {
  base::Bytes bytes;
  uint64_t tag = 0;  ///< what the sender gave with it, for example which path it took
  base::Time at{};
};

/// Counts by fate. sent + duplicated = delivered + lost_* + those under way.
struct LinkStats {
  uint64_t sent = 0;
  uint64_t delivered = 0;
  uint64_t lost_random = 0;  ///< in streams: delivered late
  uint64_t lost_burst = 0;   ///< in streams: delivered late
  uint64_t lost_queue = 0;   ///< the queue was full, or the rate zero
  uint64_t duplicated = 0;
  uint64_t reordered = 0;
};

/// One direction of a path.
class Link {
 public:
  Link(const LinkConditions& conditions, uint64_t seed, LinkKind kind = LinkKind::kDatagrams);

  /// The conditions of packets sent from now on. Those under way keep what they met.
  void SetConditions(const LinkConditions& conditions) { conditions_ = conditions; }
  /// Changes the conditions of packets sent from `at` on.
  void ChangeAt(base::Time at, const LinkConditions& conditions) { schedule_[at] = conditions; }

  /// A packet enters the link. Times never go back.
  void Send(base::ByteView bytes, base::Time now, uint64_t tag = 0);
  /// When the next packet arrives; base::kNever when none is under way.
  base::Time NextDeadline() const;
  /// The next packet that has arrived by `now`; nothing when there is none.
  std::optional<Arrival> Receive(base::Time now);

  const LinkConditions& conditions() const { return conditions_; }
  const LinkStats& stats() const { return stats_; }
  size_t in_flight() const { return in_flight_.size(); }
  /// Bytes that wait for the rate: a sender into a stream stops while this is beyond `queue_bytes`.
  size_t queued_bytes(base::Time now) const;

 private:
  struct InFlight {
    Arrival arrival;
    uint64_t order = 0;
    bool operator>(const InFlight& other) const {
      return arrival.at != other.arrival.at ? arrival.at > other.arrival.at : order > other.order;
    }
  };

  bool Chance(double probability) { return probability > 0 && random_.Unit() < probability; }
  bool IsLost();
  std::optional<base::Time> Departure(size_t size, base::Time now);
  void Enter(base::ByteView bytes, uint64_t tag, base::Time at);

  LinkConditions conditions_;
  LinkKind kind_;
  base::SeededRandom random_;
  std::map<base::Time, LinkConditions> schedule_;
  std::priority_queue<InFlight, std::vector<InFlight>, std::greater<>> in_flight_;
  uint64_t next_order_ = 0;
  base::Time rate_free_at_{};  // when the last queued packet has left the bottleneck
  base::Time last_arrival_{};  // in-order packets don't arrive before this
  bool in_burst_ = false;
  LinkStats stats_;
};

}  // namespace plaza::netsim
