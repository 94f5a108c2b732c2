// The `plaza` program: one binary, many commands.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "app/cli/commands.h"
#include "tools/commands.h"

namespace {

// The words after the program's name, last first, as CLI11 wants them. `--key=` becomes two words:
// CLI11 takes it for `--key` without a value and eats the next flag.
std::vector<std::string> Words(int argc, char** argv) {
  std::vector<std::string> words;
  for (int i = argc - 1; i > 0; --i) {
    const std::string_view word = argv[i];
    const bool empty_value = word.starts_with("--") && word.find('=') == word.size() - 1;
    if (empty_value) words.emplace_back();
    words.emplace_back(empty_value ? word.substr(0, word.size() - 1) : word);
  }
  return words;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App root(
      "Plaza: a real-time communication cloud that you run yourself.\n\nExample: plaza serve "
      "--demo",
      "plaza");
  root.require_subcommand(1);
  root.failure_message([](const CLI::App*, const CLI::Error& error) {
    return "plaza: " + std::string(error.what()) + " (see --help)\n";
  });
  plaza::app::Action action;
  plaza::app::AddServe(root, action);
  plaza::app::AddApp(root, action);
  plaza::app::AddSecret(root, action);
  plaza::app::AddUserSig(root, action);
  plaza::app::AddVersion(root, action);
  plaza::tools::AddRelay(root, action);
  plaza::tools::AddClient(root, action, plaza::app::SignUser);
  plaza::app::AddUnbuilt(root, action);
  try {
    root.parse(Words(argc, argv));
  } catch (const CLI::ParseError& error) {
    return root.exit(error);
  }
  return action ? action() : 2;
}
