// The `plaza` program: one binary, many commands.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/cli/commands.h"
#include "tools/commands.h"

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
    root.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return root.exit(error);
  }
  return action ? action() : 2;
}
