#include "api/health_door.h"

namespace plaza::api {

void MountHealthDoor(net::HttpServer& server, HealthDoorOptions options) {
  server.Route({.path = "/healthz", .handler = [](net::HttpRequest, net::Responder responder) {
                  responder.Send(net::HttpResponse::Text(200, "ok\n"));
                }});
  server.Route(
      {.path = "/readyz",
       .handler = [ready = std::move(options.ready)](net::HttpRequest, net::Responder responder) {
         responder.Send(ready() ? net::HttpResponse::Text(200, "ready\n")
                                : net::HttpResponse::Text(503, "draining\n"));
       }});
  server.Route({.path = "/metrics",
                .handler = [text = std::move(options.metrics_text)](net::HttpRequest,
                                                                    net::Responder responder) {
                  auto response = net::HttpResponse::Text(200, text());
                  response.headers.Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
                  responder.Send(std::move(response));
                }});
}

}  // namespace plaza::api
