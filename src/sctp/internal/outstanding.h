// DATA chunks that were sent and are not yet covered by the cumulative TSN of the other side.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "base/time.h"
#include "sctp/internal/chunks.h"
#include "sctp/internal/send_queue.h"
#include "sctp/internal/sequence.h"

namespace plaza::sctp::internal {

class Outstanding {
 public:
  enum class State : uint8_t {
    kInFlight,
    kAcknowledged,  ///< in a gap block
    kLost,          ///< waits to be sent again
    kAbandoned,     ///< won't be sent again (RFC 3758)
  };
  struct Chunk {
    Fragment fragment;
    State state = State::kInFlight;
    base::Time sent_at{};
    uint32_t transmissions = 1;
    int misses = 0;
    /// Only SACKs for this TSN or later ones, which were sent after this chunk, count as misses.
    Tsn judged_by = 0;
  };

  /// What a SACK brought.
  struct Acknowledged {
    size_t bytes = 0;       ///< newly acknowledged
    bool advanced = false;  ///< the cumulative TSN went on
    bool lost = false;      ///< chunks were found lost
    std::optional<base::Duration> round_trip;
  };

  explicit Outstanding(uint32_t initial_tsn) : cumulative_(Tsn{initial_tsn} - 1) {}

  /// Gives the fragment its TSN.
  Tsn Add(Fragment fragment, base::Time now);
  /// Adds a chunk that is given up before it was sent.
  void AddAbandoned(Fragment fragment);
  /// Applies a SACK. `recovering`: its cumulative TSN going on counts as a miss of all that it
  /// skips. Nothing when it is old or acknowledges what was never sent.
  std::optional<Acknowledged> OnSack(const SackChunk& sack, bool recovering, base::Time now);
  /// Everything under way is lost.
  void OnTimeout(base::Time now);
  /// Gives up the message that the last chunk belongs to.
  void AbandonLast();

  /// The lowest chunk that waits to be sent again; null when none does.
  Chunk* FindLost(Tsn& tsn);
  void OnSentAgain(Chunk& chunk, base::Time now);

  /// Up to where abandoned chunks follow the cumulative TSN, which is less if `skipped`, the
  /// messages of ordered streams among them, would become too many.
  Tsn AbandonedUpTo(std::vector<SkippedStream>& skipped) const;

  Tsn cumulative() const { return cumulative_; }
  Tsn last() const { return cumulative_ + static_cast<Tsn>(chunks_.size()); }
  bool empty() const { return chunks_.empty(); }
  size_t size() const { return chunks_.size(); }
  /// Bytes under way, chunk headers included.
  size_t flight() const { return flight_; }
  /// Bytes kept.
  size_t memory() const { return memory_; }
  /// The last chunk was abandoned although its message goes on: the rest must not be sent.
  bool last_is_open_and_abandoned() const {
    return !chunks_.empty() && chunks_.back().state == State::kAbandoned &&
           !chunks_.back().fragment.end;
  }
  uint64_t abandoned_messages() const { return abandoned_messages_; }

  static size_t SizeOf(const Fragment& fragment) {
    return kTlvHeaderSize + kDataFields + fragment.payload.size();
  }

 private:
  void PopFront(Acknowledged& result, base::Time now);
  void Acknowledge(Chunk& chunk, Acknowledged& result, base::Time now);
  void CountMisses(Tsn highest, Acknowledged& result, base::Time now);
  void SetState(Chunk& chunk, State state);
  /// Lost, or abandoned with its whole message where its limits say so.
  void Lose(size_t index, base::Time now);
  void AbandonMessage(size_t index);

  std::deque<Chunk> chunks_;  // from cumulative_ + 1 on
  Tsn cumulative_;
  size_t flight_ = 0;
  size_t lost_ = 0;  // chunks in that state
  size_t memory_ = 0;
  uint64_t abandoned_messages_ = 0;
};

}  // namespace plaza::sctp::internal
