// plaza serve
#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>

#include "app/cli/commands.h"
#include "app/cli/output.h"
#include "app/config/config.h"
#include "app/server.h"

namespace plaza::app {
namespace {

struct ServeFlags {
  std::string config_file;
  std::string print;
  std::map<std::string, std::string> values;  // by key
};

base::Result<Config> LoadConfig(const ServeFlags& flags) {
  Config config;
  if (!flags.config_file.empty()) {
    std::ifstream file(flags.config_file, std::ios::binary);
    if (!file) return base::InvalidArgument("config", "can't read \"" + flags.config_file + "\"");
    const std::string document{std::istreambuf_iterator<char>(file), {}};
    if (auto status = ApplyToml(config, document, flags.config_file); !status.ok())
      return std::move(status).error();
  }
  if (auto status = ApplyEnvironment(
          config, [](const char* name) -> const char* { return std::getenv(name); });
      !status.ok())
    return std::move(status).error();
  for (const Setting& setting : Settings()) {
    const auto given = flags.values.find(std::string(setting.key));
    if (given == flags.values.end() || given->second.empty()) continue;
    if (auto status = ApplyText(config, setting, given->second); !status.ok())
      return std::move(status).error();
  }
  if (auto status = Validate(config); !status.ok()) return std::move(status).error();
  return config;
}

int RunServe(const ServeFlags& flags) {
  if (flags.print == "markdown") return std::fputs(PrintMarkdown().c_str(), stdout) < 0;
  auto config = LoadConfig(flags);
  if (!config.ok()) return Fail(config.error());
  if (!flags.print.empty()) return std::fputs(PrintToml(*config).c_str(), stdout) < 0;
  const base::Status ended = RunServer(*config, [flags] { return LoadConfig(flags); });
  return ended.ok() ? 0 : Fail(ended.error());
}

}  // namespace

void AddServe(CLI::App& root, Action& action) {
  CLI::App* command = root.add_subcommand("serve",
                                          "Run the server. No option is needed.\n\nExample: plaza "
                                          "serve --demo --http.listen 127.0.0.1:9000");
  const auto flags = std::make_shared<ServeFlags>();
  command->add_option("--config", flags->config_file, "TOML file with settings")->type_name("FILE");
  command
      ->add_flag("--print-config{toml}", flags->print,
                 "Print all keys with the values in force and their meaning, and end (=markdown: "
                 "as documentation)")
      ->type_name("");
  for (const Setting& setting : Settings()) {
    std::string& value = flags->values[std::string(setting.key)];
    const std::string name = "--" + std::string(setting.key);
    const std::string help(setting.help);
    if (std::holds_alternative<bool Config::*>(setting.field)) {
      command->add_flag(name + "{true}", value, help)->type_name("");
    } else {
      command->add_option(name, value, help)->type_name("VALUE");
    }
  }
  command->callback([flags, &action] { action = [flags] { return RunServe(*flags); }; });
}

}  // namespace plaza::app
