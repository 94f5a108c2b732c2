// The demo's signing door, as a client.
#include "tools/client/credentials.h"

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "net/http_client.h"

namespace plaza::tools {
namespace {

base::Error Failed(std::string message) {
  return {base::ErrorKind::kUnavailable, std::move(message), "server", 0};
}

base::Result<Credentials> ReadAnswer(const net::HttpResponse& response) {
  if (response.status == 404)
    return Failed("signs nobody: start it with --demo, or give --app and --usersig or --data");
  if (response.status != 200)
    return Failed("does not sign: " + std::to_string(response.status) + " " + response.body);
  const auto body = nlohmann::json::parse(response.body, nullptr, false);
  const auto app = body.is_object() ? body.find("sdkAppId") : body.end();
  const auto sig = body.is_object() ? body.find("userSig") : body.end();
  if (app == body.end() || sig == body.end() || !app->is_number_unsigned() || !sig->is_string())
    return Failed("answers the request for a signature with something else");
  return Credentials{app->get<uint32_t>(), sig->get<std::string>()};
}

}  // namespace

base::Result<Credentials> AskDemo(net::EventLoop& loop, const std::string& server,
                                  const std::string& user, const net::TlsTrust& trust) {
  net::HttpCall call;
  call.url = server + "/demo/usersig?userId=" + user + "&roomId=1";
  call.trust = trust;
  const base::Duration timeout = call.timeout;
  const auto answer = std::make_shared<std::optional<base::Result<net::HttpResponse>>>();
  net::Fetch(loop, std::move(call), [answer](base::Result<net::HttpResponse> response) {
    answer->emplace(std::move(response));
  });
  loop.RunUntil([&] { return answer->has_value(); }, timeout + std::chrono::seconds(1));
  if (!answer->has_value()) return Failed("does not answer");
  const base::Result<net::HttpResponse>& response = **answer;
  if (!response) return response.error();
  return ReadAnswer(*response);
}

}  // namespace plaza::tools
