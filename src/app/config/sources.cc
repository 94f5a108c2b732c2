// Reading settings from TOML, the environment and flags.
#include <toml++/toml.h>

#include <algorithm>
#include <charconv>

#include "app/config/config.h"

namespace plaza::app {
namespace {

using base::InvalidArgument;
using base::Status;

constexpr std::string_view kNotBuilt = "is not built yet";

const Setting* Find(std::string_view key) {
  const auto settings = Settings();
  const auto found = std::find_if(settings.begin(), settings.end(),
                                  [&](const Setting& s) { return s.key == key; });
  return found == settings.end() ? nullptr : &*found;
}

Status WrongType(std::string_view key, std::string_view wanted) {
  return InvalidArgument(std::string(key), "must be " + std::string(wanted));
}

struct FromText {
  Config& config;
  std::string_view key;
  std::string_view text;

  Status operator()(std::string Config::*field) const { return config.*field = text, Status(); }
  Status operator()(int64_t Config::*field) const {
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), config.*field);
    if (error != std::errc() || end != text.data() + text.size())
      return WrongType(key, "a whole number");
    return {};
  }
  Status operator()(bool Config::*field) const {
    if (text != "true" && text != "false") return WrongType(key, "true or false");
    config.*field = text == "true";
    return {};
  }
  Status operator()(std::vector<std::string> Config::*field) const {
    auto& list = config.*field;
    list.clear();
    for (size_t start = 0; start < text.size();) {
      const size_t comma = std::min(text.find(',', start), text.size());
      if (comma > start) list.emplace_back(text.substr(start, comma - start));
      start = comma + 1;
    }
    return {};
  }
};

struct FromToml {
  Config& config;
  std::string_view key;
  const toml::node& node;

  Status operator()(std::string Config::*field) const {
    const auto value = node.value_exact<std::string>();
    if (!value) return WrongType(key, "text");
    return config.*field = *value, Status();
  }
  Status operator()(int64_t Config::*field) const {
    const auto value = node.value_exact<int64_t>();
    if (!value) return WrongType(key, "a whole number");
    return config.*field = *value, Status();
  }
  Status operator()(bool Config::*field) const {
    const auto value = node.value_exact<bool>();
    if (!value) return WrongType(key, "true or false");
    return config.*field = *value, Status();
  }
  Status operator()(std::vector<std::string> Config::*field) const {
    if (node.is_string()) return FromText{config, key, *node.value<std::string_view>()}(field);
    const toml::array* array = node.as_array();
    if (!array) return WrongType(key, "text or a list of text");
    (config.*field).clear();
    for (const toml::node& element : *array) {
      const auto value = element.value_exact<std::string>();
      if (!value) return WrongType(key, "text or a list of text");
      (config.*field).push_back(*value);
    }
    return {};
  }
};

Status AtLine(Status status, std::string_view file_name, const toml::node& node) {
  if (status.ok()) return status;
  base::Error error = std::move(status).error();
  error.message +=
      " (" + std::string(file_name) + " line " + std::to_string(node.source().begin.line) + ")";
  return error;
}

Status ApplyTable(Config& config, const toml::table& table, const std::string& prefix,
                  std::string_view file_name) {
  for (const auto& [name, node] : table) {
    const std::string key = prefix + std::string(name.str());
    const Setting* setting = Find(key);
    Status status;
    if (!setting && node.is_table()) {
      status = ApplyTable(config, *node.as_table(), key + ".", file_name);
      if (!status.ok()) return status;
      continue;
    }
    if (!setting) {
      status = InvalidArgument(key, "is not a known key");
    } else if (!setting->built) {
      status = InvalidArgument(key, std::string(kNotBuilt));
    } else {
      status = std::visit(FromToml{config, key, node}, setting->field);
    }
    if (!status.ok()) return AtLine(std::move(status), file_name, node);
  }
  return {};
}

}  // namespace

std::string Setting::EnvironmentName() const {
  std::string name = "PLAZA_" + std::string(key);
  for (char& c : name)
    c = c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

Status ApplyText(Config& config, const Setting& setting, std::string_view text) {
  if (!setting.built) return InvalidArgument(std::string(setting.key), std::string(kNotBuilt));
  return std::visit(FromText{config, setting.key, text}, setting.field);
}

Status ApplyEnvironment(Config& config, const char* (*get)(const char*)) {
  for (const Setting& setting : Settings()) {
    const char* value = get(setting.EnvironmentName().c_str());
    if (!value) continue;
    if (Status status = ApplyText(config, setting, value); !status.ok()) {
      base::Error error = std::move(status).error();
      error.message += " (" + setting.EnvironmentName() + ")";
      return error;
    }
  }
  return {};
}

Status ApplyToml(Config& config, std::string_view document, std::string_view file_name) {
  try {
    return ApplyTable(config, toml::parse(document, file_name), "", file_name);
  } catch (const toml::parse_error& error) {
    return InvalidArgument(std::string(file_name), std::string(error.description()) + " (line " +
                                                       std::to_string(error.source().begin.line) +
                                                       ")");
  }
}

}  // namespace plaza::app
