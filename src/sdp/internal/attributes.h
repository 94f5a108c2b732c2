// Reading `a=` lines.
#pragma once

#include <string_view>

#include "sdp/session_description.h"

namespace plaza::sdp::internal {

/// What an attribute line changes. Before the first m-line `section` holds what all sections
/// inherit.
struct AttributeTarget {
  SessionDescription& session;
  MediaSection& section;
  /// `a=rtcp-fb:* …` of this section, applied to all its formats at its end.
  std::vector<std::string>& feedback_for_all;
  /// A direction was written (it is inherited otherwise).
  bool& direction_given;
};

/// Reads the line "a=<name>:<value>"; an unknown name changes nothing. Gives the rule that is
/// broken, or null. The text lives for ever.
const char* ReadAttribute(std::string_view name, std::string_view value, AttributeTarget target);

/// "a=1;b" into parameters; null on success, else the rule that is broken.
const char* ReadParameters(std::string_view text, Parameters& out);

}  // namespace plaza::sdp::internal
