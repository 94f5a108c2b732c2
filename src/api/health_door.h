// GET /healthz, /readyz and /metrics: for load balancers and Prometheus.
#pragma once

#include <functional>
#include <string>

#include "net/http_server.h"

namespace plaza::api {

/// `ready` says whether calls are taken now (false while draining); `metrics_text` gives the
/// Prometheus text.
struct HealthDoorOptions {
  std::function<bool()> ready;
  std::function<std::string()> metrics_text;
};

void MountHealthDoor(net::HttpServer& server, HealthDoorOptions options);

}  // namespace plaza::api
