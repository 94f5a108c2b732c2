// GET /demo/usersig: signs the users of the demo. Only with --demo.
#pragma once

#include "base/time.h"
#include "net/http_server.h"
#include "room/apps.h"

namespace plaza::api {

/// How long the demo's signatures hold.
inline constexpr int64_t kDemoSignatureSeconds = 24 * 3600;

/// `app` is the demo's own app; `apps` and `clock` outlive the server.
void MountDemoDoor(net::HttpServer& server, const room::Apps& apps, room::SdkAppId app,
                   const base::Clock& clock);

}  // namespace plaza::api
