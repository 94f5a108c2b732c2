// Text between double quotes, on one line whatever is in it.
#pragma once

#include <string>
#include <string_view>

namespace plaza::app {

/// A basic string of TOML 1.0: quotes, backslashes and control characters are escaped.
std::string Quoted(std::string_view text);

}  // namespace plaza::app
