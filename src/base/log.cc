#include "base/log.h"

#include <fmt/chrono.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <nlohmann/json.hpp>

namespace plaza::base {
namespace {

std::atomic<LogLevel> g_level{LogLevel::kInfo};
std::atomic<LogFormat> g_format{LogFormat::kText};

spdlog::logger& Logger() {
  static const std::shared_ptr<spdlog::logger> logger = [] {
    auto made = std::make_shared<spdlog::logger>("plaza",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_level(spdlog::level::debug);
    made->flush_on(spdlog::level::debug);
    made->set_pattern("%v");
    return made;
  }();
  return *logger;
}

const char* Name(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
    case LogLevel::kOff:
      break;
  }
  return "off";
}

// Text from the network is escaped in both forms, so that no line can be forged; bytes that are no
// UTF-8 become U+FFFD.
std::string Dump(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool IsPlain(std::string_view text) {
  return !text.empty() && text.find_first_not_of(
                              "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                              "0123456789_-.:/@+*") == std::string_view::npos;
}

std::string TextOf(const LogField& field) {
  if (const auto* text = std::get_if<std::string_view>(&field.value))
    return IsPlain(*text) ? std::string(*text) : Dump(*text);
  if (const auto* decimal = std::get_if<double>(&field.value)) return fmt::format("{:g}", *decimal);
  return std::visit([](const auto& value) { return Dump(value); }, field.value);
}

std::string Timestamp() {
  const auto now = std::chrono::system_clock::now();
  const auto millis =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(now)), millis);
}

}  // namespace

void ConfigureLog(LogLevel level, LogFormat format) {
  g_level = level;
  g_format = format;
}

bool LogEnabled(LogLevel level) {
  return level >= g_level.load(std::memory_order_relaxed) && level != LogLevel::kOff;
}

void Log(LogLevel level, std::string_view module, std::string_view message,
         std::initializer_list<LogField> fields) {
  if (!LogEnabled(level)) return;
  std::string line;
  if (g_format.load(std::memory_order_relaxed) == LogFormat::kJson) {
    nlohmann::ordered_json json = {
        {"time", Timestamp()}, {"level", Name(level)}, {"module", module}, {"message", message}};
    for (const LogField& field : fields)
      std::visit([&](const auto& value) { json[std::string(field.key)] = value; }, field.value);
    line = Dump(json);
  } else {
    line = fmt::format("{} {:7} {}: {}", Timestamp(), Name(level), module, message);
    for (const LogField& field : fields)
      fmt::format_to(std::back_inserter(line), " {}={}", field.key, TextOf(field));
  }
  Logger().log(spdlog::level::info, "{}", line);
}

}  // namespace plaza::base
