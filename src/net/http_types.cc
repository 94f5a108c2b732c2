// HTTP messages as plain data.
#include "net/http_types.h"

#include <algorithm>

namespace plaza::net {
namespace {

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool SameName(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return Lower(x) == Lower(y); });
}

std::string JsonQuoted(std::string_view text) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      (out += '\\') += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      ((out += "\\u00") += kDigits[byte >> 4]) += kDigits[byte & 15];
    } else {
      out += c;
    }
  }
  return out += '"';
}

}  // namespace

std::string_view HttpHeaders::Get(std::string_view name) const {
  for (const auto& [key, value] : fields_)
    if (SameName(key, name)) return value;
  return {};
}

bool HttpHeaders::Has(std::string_view name) const {
  return std::any_of(fields_.begin(), fields_.end(),
                     [&](const Field& field) { return SameName(field.first, name); });
}

void HttpHeaders::Add(std::string name, std::string value) {
  fields_.emplace_back(std::move(name), std::move(value));
}

void HttpHeaders::Set(std::string name, std::string value) {
  Remove(name);
  Add(std::move(name), std::move(value));
}

void HttpHeaders::Remove(std::string_view name) {
  std::erase_if(fields_, [&](const Field& field) { return SameName(field.first, name); });
}

HttpResponse HttpResponse::Text(int status, std::string body) {
  return {status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::move(body)};
}

HttpResponse HttpResponse::Json(int status, std::string json) {
  return {status, {{"Content-Type", "application/json"}}, std::move(json)};
}

HttpResponse HttpResponse::Failure(int status, std::string_view message, std::string_view field) {
  std::string json =
      "{\"error\":{\"status\":" + std::to_string(status) + ",\"message\":" + JsonQuoted(message);
  if (!field.empty()) json += ",\"field\":" + JsonQuoted(field);
  return Json(status, json + "}}");
}

std::string_view HttpReason(int status) {
  static constexpr std::pair<int, std::string_view> kReasons[] = {
      {100, "Continue"},
      {101, "Switching Protocols"},
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {204, "No Content"},
      {206, "Partial Content"},
      {301, "Moved Permanently"},
      {302, "Found"},
      {303, "See Other"},
      {304, "Not Modified"},
      {307, "Temporary Redirect"},
      {308, "Permanent Redirect"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {406, "Not Acceptable"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {410, "Gone"},
      {411, "Length Required"},
      {412, "Precondition Failed"},
      {413, "Content Too Large"},
      {414, "URI Too Long"},
      {415, "Unsupported Media Type"},
      {416, "Range Not Satisfiable"},
      {417, "Expectation Failed"},
      {422, "Unprocessable Content"},
      {426, "Upgrade Required"},
      {428, "Precondition Required"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
      {505, "HTTP Version Not Supported"},
  };
  for (const auto& [code, reason] : kReasons)
    if (code == status) return reason;
  return "Unknown";
}

int HttpStatusOf(base::ErrorKind kind) {
  switch (kind) {
    case base::ErrorKind::kInvalidArgument:
      return 400;
    case base::ErrorKind::kUnauthenticated:
      return 401;
    case base::ErrorKind::kPermissionDenied:
      return 403;
    case base::ErrorKind::kNotFound:
      return 404;
    case base::ErrorKind::kAlreadyExists:
      return 409;
    case base::ErrorKind::kFailedPrecondition:
      return 409;
    case base::ErrorKind::kResourceExhausted:
      return 429;
    case base::ErrorKind::kUnavailable:
      return 503;
    case base::ErrorKind::kDeadlineExceeded:
      return 504;
    case base::ErrorKind::kUnsupported:
      return 501;
    case base::ErrorKind::kInternal:
      return 500;
  }
  return 500;
}

}  // namespace plaza::net
