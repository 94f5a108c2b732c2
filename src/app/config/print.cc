// Writing the configuration: as TOML for operators, as Markdown for the documentation.
#include <fmt/format.h>

#include "app/config/config.h"
#include "app/config/quoted.h"

namespace plaza::app {
namespace {

struct AsToml {
  const Config& config;

  std::string operator()(std::string Config::*field) const { return Quoted(config.*field); }
  std::string operator()(int64_t Config::*field) const { return std::to_string(config.*field); }
  std::string operator()(bool Config::*field) const { return config.*field ? "true" : "false"; }
  std::string operator()(std::vector<std::string> Config::*field) const {
    std::string out = "[";
    for (const std::string& element : config.*field)
      out += (out.size() > 1 ? ", " : "") + Quoted(element);
    return out + "]";
  }
};

}  // namespace

std::string PrintToml(const Config& config) {
  std::string out;
  for (const Setting& setting : Settings()) {
    if (!setting.built) continue;
    out += fmt::format("# {}\n{} = {}\n\n", setting.help, setting.key,
                       std::visit(AsToml{config}, setting.field));
  }
  out.pop_back();
  return out;
}

std::string PrintMarkdown() {
  std::string out =
      "# Configuration\n\n"
      "`plaza serve` needs none. One TOML file (`--config plaza.toml`); every key is also a flag "
      "(`--http.listen`) and an\n"
      "environment variable (`PLAZA_HTTP_LISTEN`). A flag counts before the environment, that "
      "before the file.\n"
      "`plaza serve --print-config` prints all keys with the values in force. An unknown key, a "
      "bad value or a port in use\n"
      "stops the start with one line that names it. SIGHUP reads the file again and takes over the "
      "keys marked *reload*.\n\n"
      "This page is made by `plaza serve --print-config=markdown`.\n\n"
      "| key | default | meaning |\n| --- | --- | --- |\n";
  const Config defaults;
  for (const Setting& setting : Settings()) {
    out +=
        fmt::format("| `{}` | `{}` | {}{}{} |\n", setting.key,
                    std::visit(AsToml{defaults}, setting.field), setting.help,
                    setting.reloadable ? " *reload*" : "", setting.built ? "" : " *not built yet*");
  }
  return out;
}

}  // namespace plaza::app
