// Response heads as bytes, and dates.
#include "net/internal/http_head.h"

#include <algorithm>
#include <cstdio>
#include <ctime>

#include "base/log.h"

namespace plaza::net {
namespace {

bool IsTokenChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool IsValueChar(char c) {
  return c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != 0x7f);
}

bool IsSound(const HttpHeaders::Field& field) {
  return !field.first.empty() && std::all_of(field.first.begin(), field.first.end(), IsTokenChar) &&
         std::all_of(field.second.begin(), field.second.end(), IsValueChar);
}

bool IsFraming(std::string name) {
  for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return name == "content-length" || name == "transfer-encoding" || name == "connection" ||
         name == "date";
}

}  // namespace

std::string ResponseHead(const HttpResponse& response, const HeadOptions& options,
                         base::WallTime now) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
  head.append(HttpReason(response.status)) += "\r\n";
  for (const auto& field : response.headers) {
    if (IsFraming(field.first)) continue;
    if (!IsSound(field)) {
      base::LogError("net", "response field left out: not valid in HTTP", {{"field", field.first}});
      continue;
    }
    head.append(field.first).append(": ").append(field.second) += "\r\n";
  }
  if (options.framing == BodyFraming::kLength)
    head += "Content-Length: " + std::to_string(options.length) + "\r\n";
  if (options.framing == BodyFraming::kChunked) head += "Transfer-Encoding: chunked\r\n";
  if (options.close) head += "Connection: close\r\n";
  if (!options.close && options.http_1_0) head += "Connection: keep-alive\r\n";
  return head += "Date: " + HttpDate(now) + "\r\n\r\n";
}

std::string HttpDate(base::WallTime time) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = base::UnixSeconds(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT", kDays[parts.tm_wday],
                parts.tm_mday, kMonths[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour,
                parts.tm_min, parts.tm_sec);
  return text;
}

std::optional<base::WallTime> ParseHttpDate(std::string_view text) {
  std::tm parts{};
  const std::string terminated(text);
  const char* end = strptime(terminated.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (!end || *end != '\0') return std::nullopt;
  return base::WallTime(std::chrono::seconds(timegm(&parts)));
}

}  // namespace plaza::net
