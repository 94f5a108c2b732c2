#include "api/pages.h"

#include <filesystem>

#include "net/static_files.h"

namespace plaza::api {
namespace {

std::string Welcome(const std::string& version) {
  return "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport "
         "content=\"width=device-width\">"
         "<title>Plaza</title><style>body{font:16px/1.6 "
         "system-ui,sans-serif;max-width:40em;margin:4em auto;padding:0 1em}"
         "code{background:#8882;padding:.1em .3em;border-radius:.3em}</style>"
         "<h1>Plaza " +
         version +
         "</h1><p>A real-time communication server runs here.</p><ul>"
         "<li>Signalling: <code>/v1/signal</code></li>"
         "<li>Web SDK: <a href=\"/sdk/plaza.js\"><code>/sdk/plaza.js</code></a></li>"
         "<li>State: <a href=\"/healthz\"><code>/healthz</code></a>, <a "
         "href=\"/readyz\"><code>/readyz</code></a>, "
         "<a href=\"/metrics\"><code>/metrics</code></a></li></ul>"
         "<p>Start with <code>--demo</code> to get a demo on this page.</p></html>";
}

net::HttpResponse Html(int status, std::string body) {
  auto response = net::HttpResponse::Text(status, std::move(body));
  response.headers.Set("Content-Type", "text/html; charset=utf-8");
  return response;
}

}  // namespace

void MountPages(net::HttpServer& server, const PagesOptions& options) {
  // Pages of other origins import the SDK from here.
  server.Route({.path = "/sdk/*",
                .handler = net::StaticFiles(options.sdk_folder, "/sdk/",
                                            {"", {{"Access-Control-Allow-Origin", "*"}}})});
  const bool demo_built = std::filesystem::is_regular_file(options.demo_folder + "/index.html");
  if (!options.demo_folder.empty() && demo_built) {
    server.Route({.path = "/*", .handler = net::StaticFiles(options.demo_folder, "/")});
    return;
  }
  server.Route(
      {.path = "/",
       .handler = [page = Welcome(options.version)](net::HttpRequest, net::Responder responder) {
         responder.Send(Html(200, page));
       }});
}

}  // namespace plaza::api
