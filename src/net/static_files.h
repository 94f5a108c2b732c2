// A folder as a route: pages, scripts, pictures.
#pragma once

#include <functional>
#include <string>

#include "net/http_server.h"

namespace plaza::net {

struct StaticFileOptions {
  /// For all of its files; empty: "no-cache", which revalidates by ETag.
  std::string cache_control;
  HttpHeaders headers;
};

/// A handler for a route "<prefix>*" that serves the folder `root`: `prefix` ("/demo/") is taken
/// off the path; a folder means its index.html. Hidden names, "..", and links that lead out of the
/// folder are 404.
HttpHandler StaticFiles(const std::string& root, const std::string& prefix,
                        StaticFileOptions options = {});

}  // namespace plaza::net
