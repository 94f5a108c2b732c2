// The pages: the Web SDK under /sdk/, and at / the demo or a page that says what runs here.
#pragma once

#include <string>

#include "net/http_server.h"

namespace plaza::api {

struct PagesOptions {
  std::string sdk_folder;   ///< holds plaza.js and its kin
  std::string demo_folder;  ///< empty: no demo
  std::string version;
};

void MountPages(net::HttpServer& server, const PagesOptions& options);

}  // namespace plaza::api
