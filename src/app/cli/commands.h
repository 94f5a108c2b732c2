// The commands of the `plaza` program. Each adds itself to the command line and says what runs.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"

namespace CLI {
class App;
}

namespace plaza::app {

/// Runs the command that was given; its result is the exit code of the process.
using Action = std::function<int()>;

/// Each adds one command to `root` and sets `action` when the user gave it. `action` outlives the
/// parsing.
void AddServe(CLI::App& root, Action& action);
void AddApp(CLI::App& root, Action& action);
void AddSecret(CLI::App& root, Action& action);
void AddUserSig(CLI::App& root, Action& action);
/// A UserSig that holds for a day, signed with the key of the app in the data folder `data`.
base::Result<std::string> SignUser(const std::string& data, uint32_t app, const std::string& user);
void AddVersion(CLI::App& root, Action& action);
/// Commands that are promised and not built yet: each refuses with one line.
void AddUnbuilt(CLI::App& root, Action& action);

}  // namespace plaza::app
