// Who speaks, by the audio level header extension (RFC 6464).
#pragma once

#include <list>
#include <optional>
#include <span>
#include <vector>

#include "base/time.h"
#include "sfu/graph.h"

namespace plaza::sfu {

/// One publisher's loudness, smoothed: it rises fast and falls slowly.
class Voice {
 public:
  explicit Voice(const Source& source) : source_(source) {}

  /// `level` as in the header extension: 0 is the loudest, 127 silence (-dBov).
  void OnLevel(uint8_t level, base::Time now);
  /// 0 (silence) to 100.
  uint8_t level(base::Time now) const;
  const Source& source() const { return source_; }

 private:
  friend class SpeakerDetector;
  Source source_;
  float smoothed_ = 0;
  base::Time heard_{};
  bool speaks_ = false;
};

/// The speakers of one group.
class SpeakerDetector {
 public:
  static constexpr base::Duration kInterval = std::chrono::milliseconds(200);

  /// The voice lives until Remove().
  Voice& Add(const Source& source);
  void Remove(const Voice& voice);
  /// Nobody is left, and that was told.
  bool idle() const { return voices_.empty() && told_.empty(); }

  /// The speakers, loudest first, if they have changed; at most once an interval.
  std::optional<std::span<const Speaker>> Poll(base::Time now);

 private:
  void Collect(base::Time now);

  std::list<Voice> voices_;
  std::vector<Speaker> current_;
  std::vector<Speaker> told_;
  base::Time polled_{};
};

}  // namespace plaza::sfu
