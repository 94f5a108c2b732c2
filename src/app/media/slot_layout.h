// How a client's receiving m-lines become slots, and by which SSRCs each is sent.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/media/worker_commands.h"
#include "base/random.h"
#include "sdp/negotiation.h"
#include "sfu/slot_config.h"

namespace plaza::app {

/// Pairs m-lines on which the client receives: a line opens a slot, and the next one joins it if it
/// is of the other kind; a line without a partner is a slot of its own. Lines keep their slot and
/// SSRCs over all offers of a transport. Copied for an offer that may yet fail.
class SlotLayout {
 public:
  explicit SlotLayout(base::Random& random) : random_(&random) {}

  /// What we send in a section, for sdp::MakeAnswer. Both lines of a slot carry one msid, for lip
  /// sync. kInvalidArgument when the section needs one slot more than may be.
  base::Result<std::optional<sdp::LocalStream>> StreamFor(const sdp::NegotiatedSection& section);
  /// Takes over what was agreed. Gives every slot with a half that is new, whole.
  std::vector<sfu::SlotConfig> Apply(std::span<const sdp::NegotiatedSection> sections);
  /// All slots, by index.
  std::vector<SlotMids> Mids() const;

 private:
  struct Line {
    uint32_t slot = 0;
    bool video = false;
    sdp::LocalStream stream;
  };

  std::optional<uint32_t> SlotForNewLine(bool video);
  uint32_t NewSsrc();

  base::Random* random_;
  std::map<std::string, Line> lines_;  // by mid
  std::vector<sfu::SlotConfig> slots_;
  std::vector<uint8_t> halves_;  // by slot: 1 has audio, 2 has video
};

}  // namespace plaza::app
