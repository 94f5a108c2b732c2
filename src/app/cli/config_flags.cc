#include "app/cli/config_flags.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "app/config/quoted.h"
#include "app/data_folder.h"
#include "store/await.h"
#include "store/open.h"

namespace plaza::app {

void ConfigFlags::AddFile(CLI::App& command) {
  command.add_option("--config", file_, "TOML file with settings")->type_name("FILE");
}

void ConfigFlags::AddFlag(CLI::App& command, const Setting& setting) {
  Flag& flag = flags_.emplace_back(Flag{&setting, ""});
  const std::string name = "--" + std::string(setting.key);
  const std::string help(setting.help);
  if (std::holds_alternative<bool Config::*>(setting.field)) {
    flag.option = command.add_flag(name + "{true}", flag.value, help)->type_name("");
  } else {
    flag.option = command.add_option(name, flag.value, help)->type_name("VALUE");
  }
}

void ConfigFlags::AddTo(CLI::App& command) {
  AddFile(command);
  for (const Setting& setting : Settings()) AddFlag(command, setting);
}

void ConfigFlags::AddStoreTo(CLI::App& command) {
  AddFile(command);
  for (const Setting& setting : Settings())
    if (setting.key == "data" || setting.key == "store.url") AddFlag(command, setting);
}

base::Result<Config> ConfigFlags::Load() const {
  Config config;
  if (!file_.empty()) {
    std::ifstream file(file_, std::ios::binary);
    file.peek();  // a folder can be opened, but not read
    if (!file.is_open() || file.bad())
      return base::InvalidArgument("config", "can't read " + Quoted(file_));
    std::ostringstream document;
    document << file.rdbuf();
    if (auto status = ApplyToml(config, document.str(), file_); !status.ok())
      return std::move(status).error();
  }
  const auto environment = [](const char* name) -> const char* { return std::getenv(name); };
  if (auto status = ApplyEnvironment(config, environment); !status.ok())
    return std::move(status).error();
  for (const Flag& flag : flags_) {
    if (flag.option->count() == 0) continue;
    if (auto status = ApplyText(config, *flag.setting, flag.value); !status.ok())
      return std::move(status).error();
  }
  return config;
}

base::Result<std::unique_ptr<store::Store>> ConfigFlags::OpenStore() const {
  const auto config = Load();
  if (!config.ok()) return config.error();
  if (auto status = MakeDataFolder(config->data); !status.ok()) return std::move(status).error();
  return store::OpenStore(config->store_url, config->data, store::RunOnTheSpot());
}

}  // namespace plaza::app
