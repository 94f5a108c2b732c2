// An asynchronous HTTP/1.1 client for http and https.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "net/event_loop.h"
#include "net/http_types.h"
#include "net/tls.h"

namespace plaza::net {

struct HttpCall {
  std::string method = "GET";
  std::string url;  ///< http://… or https://…
  HttpHeaders headers;
  std::string body;
  base::Duration timeout = base::Seconds(10);  ///< from the call to the last byte of the response
  size_t max_response_bytes = 4 << 20;
  TlsTrust trust;
};

/// One connection a call; redirects are not followed. `done` is called once, on the loop's thread,
/// later: with the response whatever its status, or with an error that names the URL's host.
void Fetch(EventLoop& loop, HttpCall call, std::function<void(base::Result<HttpResponse>)> done);

}  // namespace plaza::net
