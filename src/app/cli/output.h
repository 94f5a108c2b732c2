// How commands speak: results on standard output, one line for what went wrong on standard error.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace plaza::app {

/// Prints "plaza: field: message" (once, if the message begins with the field) and gives the exit
/// code of a failed command.
int Fail(const base::Error& error);

/// Named values, printed for people (aligned, one a line) or as JSON. Names are those of the API.
using Value = std::variant<std::string, uint64_t>;
using Row = std::vector<std::pair<std::string, Value>>;
void PrintRow(const Row& row, bool json);
void PrintRows(const std::vector<Row>& rows, bool json);

}  // namespace plaza::app
