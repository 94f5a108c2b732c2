#include "api/demo_door.h"

#include <nlohmann/json.hpp>

#include "net/uri.h"
#include "room/names.h"
#include "room/user_sig.h"

namespace plaza::api {
namespace {

net::HttpResponse SignFor(const room::App& app, const std::string& user_text,
                          const base::Clock& clock) {
  const auto user = room::ParseUserId(user_text);
  if (!user.ok()) return net::HttpResponse::Failure(400, user.error().message, user.error().field);
  const room::UserSig claims{
      user_text, app.id, base::UnixSeconds(clock.WallNow()), kDemoSignatureSeconds, {}};
  const nlohmann::json body = {{"sdkAppId", app.id.value()},
                               {"userId", user_text},
                               {"userSig", room::SignUserSig(claims, app.secret_key)}};
  auto response = net::HttpResponse::Json(200, body.dump());
  response.headers.Set("Cache-Control", "no-store");
  // A page of another origin may try the demo's app, as the README shows.
  response.headers.Set("Access-Control-Allow-Origin", "*");
  return response;
}

}  // namespace

void MountDemoDoor(net::HttpServer& server, const room::Apps& apps, room::SdkAppId app_id,
                   const base::Clock& clock) {
  server.Route({.path = "/demo/usersig",
                .handler = [&apps, &clock, app_id](const net::HttpRequest& request,
                                                   net::Responder responder) {
                  const room::App* app = apps.Find(app_id);
                  if (!app)
                    return responder.Send(
                        net::HttpResponse::Failure(503, "the demo's app is gone"));
                  responder.Send(
                      SignFor(*app, net::QueryValue(request.query, "userId").value_or(""), clock));
                }});
}

}  // namespace plaza::api
