// Link conditions as people type them: "loss=0.05 delay=100 jitter=10 rate=1000".
#pragma once

#include <string_view>

#include "base/result.h"
#include "netsim/link.h"

namespace plaza::tools {

/// Changes `conditions` by words of the form key=value: rate (kbit/s, 0 is no limit), queue
/// (bytes), delay and jitter (ms), loss, reorder, duplicate, burst_enter, burst_leave
/// (probabilities). An error names the word.
base::Status ApplyConditions(netsim::LinkConditions& conditions, std::string_view words);

}  // namespace plaza::tools
