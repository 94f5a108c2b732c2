// Structured log lines: one message, then fields. Never on the packet path.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace plaza::base {

enum class LogLevel { kDebug, kInfo, kWarning, kError, kOff };
enum class LogFormat { kText, kJson };

/// One field of a log line. Values are text, whole numbers, decimals or booleans.
struct LogField {
  std::string_view key;
  std::variant<std::string_view, int64_t, double, bool> value;

  LogField(std::string_view k, std::string_view v) : key(k), value(v) {}
  LogField(std::string_view k, const std::string& v) : key(k), value(std::string_view(v)) {}
  LogField(std::string_view k, const char* v) : key(k), value(std::string_view(v)) {}
  LogField(std::string_view k, bool v) : key(k), value(v) {}
  LogField(std::string_view k, double v) : key(k), value(v) {}
  template <typename T>
  requires std::is_integral_v<T> LogField(std::string_view k, T v)
      : key(k), value(static_cast<int64_t>(v)) {}
};

/// Sets the least level that is written and the form of lines on standard error. Call before
/// threads start.
void ConfigureLog(LogLevel level, LogFormat format);
bool LogEnabled(LogLevel level);

/// Writes one line; thread-safe. `module` names where it happened ("room", "peer").
void Log(LogLevel level, std::string_view module, std::string_view message,
         std::initializer_list<LogField> fields = {});

inline void LogDebug(std::string_view module, std::string_view message,
                     std::initializer_list<LogField> fields = {}) {
  if (LogEnabled(LogLevel::kDebug)) Log(LogLevel::kDebug, module, message, fields);
}
inline void LogInfo(std::string_view module, std::string_view message,
                    std::initializer_list<LogField> fields = {}) {
  Log(LogLevel::kInfo, module, message, fields);
}
inline void LogWarning(std::string_view module, std::string_view message,
                       std::initializer_list<LogField> fields = {}) {
  Log(LogLevel::kWarning, module, message, fields);
}
inline void LogError(std::string_view module, std::string_view message,
                     std::initializer_list<LogField> fields = {}) {
  Log(LogLevel::kError, module, message, fields);
}

}  // namespace plaza::base
