#include "api/whip/door.h"

#include <algorithm>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "api/whip/offer.h"
#include "api/whip/session.h"
#include "api/whip/target.h"
#include "base/log.h"
#include "signal/codes.h"

namespace plaza::api {
namespace {

constexpr std::string_view kSdpType = "application/sdp";
constexpr std::string_view kFragmentType = "application/trickle-ice-sdpfrag";
constexpr size_t kMaxBodyBytes = 256 * 1024;
constexpr char kRetrySeconds[] = "2";
constexpr char kLayerExtension[] = "urn:ietf:params:whep:ext:core:layer";

/// Pages of other origins may publish and play: who may is proven by the token.
void AllowOrigins(net::HttpResponse& response) {
  response.headers.Set("Access-Control-Allow-Origin", "*");
  response.headers.Set("Access-Control-Expose-Headers", "Location, Link, ETag, Retry-After");
}

void Answer(net::Responder& responder, net::HttpResponse response) {
  AllowOrigins(response);
  responder.Send(std::move(response));
}

/// The status of RFC 9725 for what went wrong behind the door.
int StatusOf(const base::Error& error) {
  if (error.code == signal::code::kBadSdp || error.kind == base::ErrorKind::kUnsupported)
    return 422;
  if (error.code == signal::code::kRoomFull) return 503;
  return net::HttpStatusOf(error.kind);
}

void Refuse(net::Responder& responder, int status, const base::Error& error) {
  auto response = net::HttpResponse::Failure(status, error.message, error.field);
  if (status == 401) response.headers.Set("WWW-Authenticate", "Bearer");
  if (status == 503 || status == 409) response.headers.Set("Retry-After", kRetrySeconds);
  Answer(responder, std::move(response));
}

void Refuse(net::Responder& responder, const base::Error& error) {
  Refuse(responder, StatusOf(error), error);
}

void Refuse(net::Responder& responder, int status, std::string message, std::string field = {}) {
  Refuse(responder, status,
         base::Error{base::ErrorKind::kInternal, std::move(message), std::move(field), 0});
}

bool HasType(const net::HttpRequest& request, std::string_view type) {
  std::string_view field = request.headers.Get("Content-Type");
  field = field.substr(0, field.find(';'));
  while (field.ends_with(' ')) field.remove_suffix(1);
  return std::equal(field.begin(), field.end(), type.begin(), type.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
}

signal::Join JoinOf(const WhipTarget& target, std::string user_sig) {
  signal::Join join;
  join.sdk_app_id = target.sdk_app_id;
  join.user_id = target.user_id;
  join.user_sig = std::move(user_sig);
  join.room_id = target.room_id;
  join.str_room_id = target.str_room_id;
  join.scene = target.scene;
  join.role = target.egress ? signal::Role::kAudience : signal::Role::kAnchor;
  join.private_map_key = target.private_map_key;
  return join;
}

net::HttpResponse Created(const WhipSession& session, const std::string& endpoint,
                          std::string answer) {
  net::HttpResponse response{201, {{"Content-Type", std::string(kSdpType)}}, std::move(answer)};
  const std::string location = endpoint + "/" + session.id();
  response.headers.Set("Location", location);
  response.headers.Set("ETag", session.etag());
  response.headers.Set("Accept-Patch", std::string(kFragmentType));
  if (session.target().egress)
    response.headers.Add("Link", "<" + location + "/layer>; rel=\"" + kLayerExtension + "\"");
  return response;
}

void RefuseMethod(net::Responder& responder, const char* allowed) {
  auto response =
      net::HttpResponse::Failure(405, "the method is not one of " + std::string(allowed));
  response.headers.Set("Allow", allowed);
  Answer(responder, std::move(response));
}

void AnswerOptions(net::Responder& responder, const WhipTarget& target) {
  const bool endpoint = target.session.empty();
  net::HttpResponse response{204, {}, ""};
  response.headers.Set("Access-Control-Allow-Methods",
                       endpoint ? "POST, OPTIONS" : "PATCH, DELETE, POST, OPTIONS");
  response.headers.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, If-Match");
  response.headers.Set("Access-Control-Max-Age", "86400");
  if (endpoint) response.headers.Set("Accept-Post", std::string(kSdpType));
  if (!endpoint) response.headers.Set("Accept-Patch", std::string(kFragmentType));
  Answer(responder, std::move(response));
}

/// The wish of a layer request: {"maxWidth":640,"maxHeight":360}; what is absent is unlimited.
base::Result<ViewSize> ReadViewSize(const std::string& body) {
  const auto json = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return base::InvalidArgument("", "the body must be a JSON object");
  ViewSize view;
  for (const auto& [name, size] :
       {std::pair{"maxWidth", &view.width}, std::pair{"maxHeight", &view.height}}) {
    const auto member = json.find(name);
    if (member == json.end()) continue;
    if (!member->is_number_unsigned() || *member == 0 || *member > 65535)
      return base::InvalidArgument(name, std::string(name) + " must be 1 to 65535");
    *size = member->get<uint16_t>();
  }
  return view;
}

}  // namespace

class WhipDoor::Sessions {
 public:
  Sessions(net::EventLoop& loop, room::Service& service, base::Random& random,
           base::Metrics& metrics)
      : loop_(loop),
        service_(service),
        random_(random),
        begun_(metrics.GetCounter("plaza_whip_sessions_total", "WHIP and WHEP sessions begun.")),
        refused_(metrics.GetCounter("plaza_whip_refused_total", "WHIP and WHEP posts refused.")),
        open_(metrics.GetGauge("plaza_whip_sessions", "WHIP and WHEP sessions.")),
        timer_(loop, [this] { Work(); }) {}

  void OnRequest(const net::HttpRequest& request, net::Responder responder);

 private:
  /// One POST while the user is checked and enters.
  struct Beginning {
    net::Responder responder;
    std::unique_ptr<WhipSession> session;
    std::string endpoint;
  };

  void Begin(const net::HttpRequest& request, const WhipTarget& target, net::Responder responder);
  void Enter(room::Entry entry, const WhipTarget& target, WhipOffer offer, std::string endpoint,
             net::Responder responder);
  void OnEntered(Beginning& beginning, base::Result<room::Entered> entered);
  void OnSessionRequest(const net::HttpRequest& request, const WhipTarget& target,
                        net::Responder responder);
  void Patch(WhipSession& session, const net::HttpRequest& request, net::Responder responder);
  void Restart(WhipSession& session, const sdp::IceCredentials& ice, net::Responder responder);
  void SetLayer(WhipSession& session, const net::HttpRequest& request, net::Responder responder);
  WhipSession* Find(const WhipTarget& target);
  void RefuseEntry(net::Responder& responder, const base::Error& error);
  /// Work() later, outside of whatever calls.
  void Wake(const std::string& id);
  void Work();
  void WorkOn(const std::string& id);

  net::EventLoop& loop_;
  room::Service& service_;
  base::Random& random_;
  base::Counter& begun_;
  base::Counter& refused_;
  base::Gauge& open_;
  std::unordered_map<std::string, std::unique_ptr<WhipSession>> sessions_;
  std::vector<std::string> woken_;
  std::set<std::pair<base::Time, std::string>> deadlines_;  ///< of sessions that may be gone
  net::Timer timer_;
};

void WhipDoor::Sessions::OnRequest(const net::HttpRequest& request, net::Responder responder) {
  const auto target = ReadWhipTarget(request);
  if (!target) return Refuse(responder, target.error());
  if (request.method == "OPTIONS") return AnswerOptions(responder, *target);
  if (!target->session.empty()) return OnSessionRequest(request, *target, std::move(responder));
  if (request.method == "POST") return Begin(request, *target, std::move(responder));
  if (request.method == "HEAD" && target->egress)  // what a player asks an unknown URL
    return Answer(responder, {200, {{"Content-Type", std::string(kSdpType)}}, ""});
  RefuseMethod(responder, "POST, OPTIONS");
}

void WhipDoor::Sessions::Begin(const net::HttpRequest& request, const WhipTarget& target,
                               net::Responder responder) {
  std::string token = BearerToken(request);
  if (token.empty())
    return Refuse(responder, 401, "Authorization: Bearer or ?token= with a userSig is missing",
                  "Authorization");
  if (!HasType(request, kSdpType))
    return Refuse(responder, 415, "Content-Type must be application/sdp", "Content-Type");
  auto offer = ReadWhipOffer(request.body, target);
  if (!offer) return RefuseEntry(responder, offer.error());
  if (sessions_.size() >= kMaxWhipSessions)
    return Refuse(responder, 503, "too many WHIP and WHEP sessions");
  service_.gate().Admit(JoinOf(target, std::move(token)),
                        [this, target, offer = std::move(*offer), endpoint = request.raw_path,
                         responder](base::Result<room::Entry> entry) mutable {
                          if (!entry) return RefuseEntry(responder, entry.error());
                          Enter(std::move(*entry), target, std::move(offer), std::move(endpoint),
                                responder);
                        });
}

void WhipDoor::Sessions::RefuseEntry(net::Responder& responder, const base::Error& error) {
  refused_.Add();
  base::LogInfo("whip", error.message, {{"field", error.field}, {"code", error.code}});
  Refuse(responder, error);
}

void WhipDoor::Sessions::Enter(room::Entry entry, const WhipTarget& target, WhipOffer offer,
                               std::string endpoint, net::Responder responder) {
  if (target.egress && service_.directory().Find(entry.room) == nullptr)
    return Refuse(responder, 409, "nothing is published in this room yet", "roomId");
  entry.offer = sdp::Serialize(offer.description);
  entry.tracks = std::move(offer.tracks);
  entry.auto_subscribe = {false, false};
  auto beginning = std::make_shared<Beginning>(Beginning{responder, nullptr, std::move(endpoint)});
  auto id = std::make_shared<std::string>();
  beginning->session = std::make_unique<WhipSession>(
      target, entry.room, std::move(offer.description), service_.commands(), loop_.clock(), random_,
      [this, id] { Wake(*id); });
  *id = beginning->session->id();
  entry.observer = beginning->session.get();
  const room::EntryId entering = service_.commands().Enter(
      std::move(entry), [this, beginning](base::Result<room::Entered> entered) {
        OnEntered(*beginning, std::move(entered));
      });
  if (!responder.answered())
    responder.OnGone([this, entering] { service_.commands().CancelEntry(entering); });
}

void WhipDoor::Sessions::OnEntered(Beginning& beginning, base::Result<room::Entered> entered) {
  if (!entered) return RefuseEntry(beginning.responder, entered.error());
  WhipSession& session = *beginning.session;
  sessions_.emplace(session.id(), std::move(beginning.session));
  begun_.Add();
  open_.Set(static_cast<int64_t>(sessions_.size()));
  session.Start(*entered);
  Wake(session.id());
  Answer(beginning.responder,
         Created(session, beginning.endpoint, std::move(entered->media->answer)));
}

WhipSession* WhipDoor::Sessions::Find(const WhipTarget& target) {
  const auto found = sessions_.find(target.session);
  if (found == sessions_.end() || found->second->over()) return nullptr;
  const WhipTarget& of = found->second->target();
  const bool same = of.egress == target.egress && of.sdk_app_id == target.sdk_app_id &&
                    of.user_id == target.user_id;
  return same ? found->second.get() : nullptr;
}

// The session's id is a secret of its client, so a token is not asked for again.
void WhipDoor::Sessions::OnSessionRequest(const net::HttpRequest& request, const WhipTarget& target,
                                          net::Responder responder) {
  WhipSession* session = Find(target);
  if (session == nullptr) return Refuse(responder, 404, "there is no such session");
  if (target.part == "layer" && target.egress) {
    if (request.method != "POST") return RefuseMethod(responder, "POST, OPTIONS");
    return SetLayer(*session, request, std::move(responder));
  }
  if (!target.part.empty()) return Refuse(responder, 404, "a session has no such part");
  if (request.method == "DELETE") {
    session->Leave();
    Wake(session->id());
    return Answer(responder, {200, {}, ""});
  }
  if (request.method == "PATCH") return Patch(*session, request, std::move(responder));
  RefuseMethod(responder, "PATCH, DELETE, OPTIONS");
}

void WhipDoor::Sessions::Patch(WhipSession& session, const net::HttpRequest& request,
                               net::Responder responder) {
  if (!HasType(request, kFragmentType))
    return Refuse(responder, 415, "Content-Type must be application/trickle-ice-sdpfrag",
                  "Content-Type");
  const auto fragment = sdp::ParseFragment(request.body);
  if (!fragment) return Refuse(responder, fragment.error());
  const sdp::IceCredentials& ice = fragment->sections.front().ice;
  const std::string_view tag = request.headers.Get("If-Match");
  if (tag.empty()) return Refuse(responder, 428, "If-Match is missing", "If-Match");
  const bool any = tag == "*" || tag == "\"*\"";
  if (!any && tag != session.etag())
    return Refuse(responder, 412, "If-Match names another ICE session", "If-Match");
  if (!ice.ufrag.empty() && !session.HasCredentials(ice))
    return Restart(session, ice, std::move(responder));
  // The client's candidates are not needed: its checks come to the server's addresses.
  Answer(responder, {204, {}, ""});
}

void WhipDoor::Sessions::Restart(WhipSession& session, const sdp::IceCredentials& ice,
                                 net::Responder responder) {
  if (ice.pwd.empty()) return Refuse(responder, 400, "a=ice-pwd is missing", "sdp");
  session.RestartIce(ice, [this, id = session.id(),
                           responder](base::Result<sdp::SessionDescription> answer) mutable {
    if (!answer) return Refuse(responder, answer.error());
    const auto found = sessions_.find(id);
    if (found == sessions_.end()) return Refuse(responder, 404, "there is no such session");
    Answer(responder,
           {200,
            {{"Content-Type", std::string(kFragmentType)}, {"ETag", found->second->etag()}},
            sdp::SerializeFragment(answer->sections.front())});
  });
}

void WhipDoor::Sessions::SetLayer(WhipSession& session, const net::HttpRequest& request,
                                  net::Responder responder) {
  const auto view = ReadViewSize(request.body);
  if (!view) return Refuse(responder, view.error());
  session.SetView(*view);
  Answer(responder, {200, {}, ""});
}

void WhipDoor::Sessions::Wake(const std::string& id) {
  woken_.push_back(id);
  timer_.Set(loop_.Now());
}

void WhipDoor::Sessions::Work() {
  const base::Time now = loop_.Now();
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    woken_.push_back(deadlines_.begin()->second);
    deadlines_.erase(deadlines_.begin());
  }
  for (const std::string& id : std::exchange(woken_, {})) WorkOn(id);
  if (!woken_.empty()) return;  // and the timer is set
  timer_.Set(deadlines_.empty() ? base::kNever : deadlines_.begin()->first);
}

void WhipDoor::Sessions::WorkOn(const std::string& id) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  WhipSession& session = *found->second;
  session.HandleTimeout(loop_.Now());
  if (session.over()) {
    sessions_.erase(found);
    open_.Set(static_cast<int64_t>(sessions_.size()));
  } else if (session.NextDeadline() != base::kNever) {
    deadlines_.emplace(session.NextDeadline(), id);
  }
}

WhipDoor::WhipDoor(net::EventLoop& loop, room::Service& service, base::Random& random,
                   base::Metrics& metrics)
    : sessions_(std::make_unique<Sessions>(loop, service, random, metrics)) {}

WhipDoor::~WhipDoor() = default;

void WhipDoor::Mount(net::HttpServer& server) {
  for (const char* path : {"/whip/*", "/whep/*"})
    server.Route({.path = path,
                  .methods = {},
                  .handler =
                      [this](const net::HttpRequest& request, net::Responder responder) {
                        sessions_->OnRequest(request, std::move(responder));
                      },
                  .max_body_bytes = kMaxBodyBytes});
}

}  // namespace plaza::api
