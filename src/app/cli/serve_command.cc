// plaza serve
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "app/cli/commands.h"
#include "app/cli/config_flags.h"
#include "app/cli/output.h"
#include "app/server.h"

namespace plaza::app {
namespace {

struct ServeFlags {
  ConfigFlags config;
  std::string print;
};

base::Result<Config> LoadValid(const ConfigFlags& flags) {
  auto config = flags.Load();
  if (!config.ok()) return config;
  if (auto status = Validate(*config); !status.ok()) return std::move(status).error();
  return config;
}

int RunServe(const ServeFlags& flags) {
  if (flags.print == "markdown") return std::fputs(PrintMarkdown().c_str(), stdout) < 0;
  auto config = LoadValid(flags.config);
  if (!config.ok()) return Fail(config.error());
  if (!flags.print.empty()) return std::fputs(PrintToml(*config).c_str(), stdout) < 0;
  const base::Status ended = RunServer(*config, [&flags] { return LoadValid(flags.config); });
  return ended.ok() ? 0 : Fail(ended.error());
}

}  // namespace

void AddServe(CLI::App& root, Action& action) {
  CLI::App* command = root.add_subcommand("serve",
                                          "Run the server. No option is needed.\n\nExample: plaza "
                                          "serve --demo --http.listen 127.0.0.1:9000");
  const auto flags = std::make_shared<ServeFlags>();
  command
      ->add_flag("--print-config{toml}", flags->print,
                 "Print all keys with the values in force and their meaning, and end (=markdown: "
                 "as documentation)")
      ->type_name("");
  flags->config.AddTo(*command);
  command->callback([flags, &action] { action = [flags] { return RunServe(*flags); }; });
}

}  // namespace plaza::app
