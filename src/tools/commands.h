// Commands of the `plaza` program that are tools beside the server.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"

namespace CLI {
class App;
}

namespace plaza::tools {

/// Each adds one command to `root` and sets `action` (which gives the exit code) when the user gave
/// it.
void AddRelay(CLI::App& root, std::function<int()>& action);

/// Signs a UserSig for `user` with the key of the app in a data folder.
using Signer = std::function<base::Result<std::string>(const std::string& data, uint32_t app,
                                                       const std::string& user)>;
void AddClient(CLI::App& root, std::function<int()>& action, Signer signer);

}  // namespace plaza::tools
