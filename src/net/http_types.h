// HTTP messages as plain data (RFC 9110), shared by server and client.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/socket_address.h"

namespace plaza::net {

/// Header fields in order; names compare without case.
class HttpHeaders {
 public:
  using Field = std::pair<std::string, std::string>;

  HttpHeaders() = default;
  HttpHeaders(std::initializer_list<Field> fields) : fields_(fields) {}

  /// The first value of `name`; empty if there is none.
  std::string_view Get(std::string_view name) const;
  bool Has(std::string_view name) const;
  void Add(std::string name, std::string value);
  /// Replaces all of `name`.
  void Set(std::string name, std::string value);
  void Remove(std::string_view name);

  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }
  size_t size() const { return fields_.size(); }

 private:
  std::vector<Field> fields_;
};

struct HttpRequest {
  std::string method;    ///< upper case: "GET"
  std::string target;    ///< as sent: "/a%20b?x=1"
  std::string path;      ///< decoded, without query: "/a b"
  std::string raw_path;  ///< as sent, without query: "/a%20b"
  std::string query;     ///< as sent, without "?": "x=1"; see uri.h
  HttpHeaders headers;
  std::string body;
  base::SocketAddress remote;  ///< the connection's other end; forwarding headers are not believed
  bool tls = false;
};

struct HttpResponse {
  int status = 200;
  HttpHeaders headers;  ///< framing (Content-Length, Connection, Date) is added when it is sent
  std::string body;

  static HttpResponse Text(int status, std::string body);
  static HttpResponse Json(int status, std::string json);
  /// {"error": {"status": 413, "message": "…", "field": "…"}}; the field is left out when empty.
  static HttpResponse Failure(int status, std::string_view message, std::string_view field = {});
};

/// "Not Found" for 404; "Unknown" for what RFC 9110 doesn't name.
std::string_view HttpReason(int status);
/// The status that an error's kind means: kNotFound is 404.
int HttpStatusOf(base::ErrorKind kind);

}  // namespace plaza::net
