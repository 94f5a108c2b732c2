// Statistics of a participant as text for people and as JSON for programs.
#pragma once

#include <string>

#include "base/time.h"
#include "client/participant.h"

namespace plaza::tools {

/// One line: what flowed between two moments that are `span` apart.
std::string IntervalLine(const client::Statistics& before, const client::Statistics& after,
                         base::Duration span);
/// A table of all that was counted in `span`.
std::string Summary(const client::Statistics& statistics, base::Duration span);
/// One JSON object in one line: counters since the beginning, `elapsedMs` after it. `end` is null
/// while it goes on.
std::string ToJson(const client::Statistics& statistics, base::Duration elapsed,
                   const client::End* end);
/// "refused: …" and the like.
std::string Describe(const client::End& end);

}  // namespace plaza::tools
