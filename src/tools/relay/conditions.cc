#include "tools/relay/conditions.h"

#include <charconv>
#include <string>

namespace plaza::tools {
namespace {

base::Status Apply(netsim::LinkConditions& c, std::string_view key, double value) {
  const auto millis = base::Duration(static_cast<int64_t>(value * 1000));
  const bool probability = value <= 1;
  if (key == "rate") {
    c.rate = value > 0 ? base::DataRate::KilobitsPerSecond(static_cast<int64_t>(value))
                       : base::DataRate::Infinite();
  } else if (key == "queue") {
    c.queue_bytes = static_cast<size_t>(value);
  } else if (key == "delay") {
    c.delay = millis;
  } else if (key == "jitter") {
    c.jitter = millis;
  } else if (key == "loss" && probability) {
    c.loss = value;
  } else if (key == "reorder" && probability) {
    c.reorder = value;
  } else if (key == "duplicate" && probability) {
    c.duplicate = value;
  } else if (key == "burst_enter" && probability) {
    c.burst.enter = value;
  } else if (key == "burst_leave" && probability) {
    c.burst.leave = value;
  } else {
    return base::InvalidArgument(std::string(key),
                                 probability ? "is not a condition" : "must be a probability");
  }
  return {};
}

}  // namespace

base::Status ApplyConditions(netsim::LinkConditions& conditions, std::string_view words) {
  while (!words.empty()) {
    const size_t end = std::min(words.find(' '), words.size());
    const std::string_view word = words.substr(0, end);
    words.remove_prefix(std::min(end + 1, words.size()));
    if (word.empty()) continue;
    const size_t equals = word.find('=');
    double value = -1;
    if (equals != std::string_view::npos) {
      const auto [stop, error] =
          std::from_chars(word.data() + equals + 1, word.data() + word.size(), value);
      if (error != std::errc() || stop != word.data() + word.size()) value = -1;
    }
    if (value < 0) return base::InvalidArgument(std::string(word), "must be key=number");
    if (auto status = Apply(conditions, word.substr(0, equals), value); !status.ok()) return status;
  }
  return {};
}

}  // namespace plaza::tools
