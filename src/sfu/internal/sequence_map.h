// Sequence numbers that run on without a gap of our making while what is sent changes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace plaza::sfu {

/// Maps one run of incoming numbers after another onto one outgoing line. All numbers are
/// unwrapped. Packets that were lost on the way in keep their place, so that they fit in when they
/// come late.
class SequenceMap {
 public:
  /// Numbers left out of one run that late packets can be told apart by; a packet that is older is
  /// not mapped.
  static constexpr size_t kMaxSkipped = 64;

  /// `first` is the first outgoing number.
  explicit SequenceMap(int64_t first) : last_out_(first - 1), last_in_(0), first_in_(1) {}

  /// Begins a run: `first` follows whatever was sent last, what is older belongs to no run.
  void Start(int64_t first) {
    offset_ = last_out_ + 1 - first;
    first_in_ = first;
    last_in_ = first - 1;
    skipped_count_ = 0;
  }

  bool IsNewest(int64_t in) const { return in > last_in_; }

  /// The outgoing number; nothing if `in` is older than its run or was skipped.
  std::optional<int64_t> Map(int64_t in) {
    if (in > last_in_) {
      last_in_ = in;
      return last_out_ = in + offset_;
    }
    if (in < first_in_) return std::nullopt;
    return MapLate(in);
  }

  /// Leaves out `in`, which must be the newest: the next one takes its place.
  void Skip(int64_t in);

  int64_t last_out() const { return last_out_; }
  int64_t last_in() const { return last_in_; }

 private:
  std::optional<int64_t> MapLate(int64_t in) const;

  int64_t last_out_;
  int64_t last_in_;   // the newest of the run, sent or skipped
  int64_t first_in_;  // of the run
  int64_t offset_ = 0;
  std::array<int64_t, kMaxSkipped> skipped_{};  // a ring, ascending
  size_t skipped_count_ = 0;                    // ever
};

}  // namespace plaza::sfu
