// Settings as flags of a command, and all sources of settings joined.
#pragma once

#include <list>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "app/config/config.h"
#include "base/result.h"
#include "store/store.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the library names it
class App;
class Option;
}  // namespace CLI

namespace plaza::app {

/// What the user said of the configuration on the command line. Load and open after the parsing,
/// while the command line lives.
class ConfigFlags {
 public:
  /// Adds --config and the flags of all settings to `command`.
  void AddTo(CLI::App& command);
  /// Adds --config and the flags of what names the store: data and store.url.
  void AddStoreTo(CLI::App& command);

  /// The file's values, over them the environment's, over them the flags'. No rule is checked yet
  /// but types: a command checks what it uses, `plaza serve` everything.
  base::Result<Config> Load() const;

  /// Opens the store that the settings name, with callbacks run on the spot; makes the data folder
  /// if need be.
  base::Result<std::unique_ptr<store::Store>> OpenStore() const;

 private:
  struct Flag {
    const Setting* setting;
    std::string value;
    CLI::Option* option = nullptr;
  };

  void AddFile(CLI::App& command);
  void AddFlag(CLI::App& command, const Setting& setting);

  std::string file_;
  std::list<Flag> flags_;  // the command line points to the values
};

}  // namespace plaza::app
