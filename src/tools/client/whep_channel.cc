#include "tools/client/whep_channel.h"

#include <nlohmann/json.hpp>

#include <utility>
#include <variant>

#include "net/http_client.h"
#include "net/uri.h"
#include "sdp/session_description.h"
#include "signal/codec.h"
#include "signal/codes.h"

namespace plaza::tools {
namespace {

/// The first pair of receiving lines, which is all that WHEP has.
signal::SlotLines LinesOf(const std::string& offer) {
  signal::SlotLines lines;
  const auto description = sdp::Parse(offer);
  if (!description) return lines;
  for (const sdp::MediaSection& section : description->sections) {
    std::string& mid = section.kind == sdp::MediaKind::kAudio ? lines.audio_mid : lines.video_mid;
    if (section.is_rtp() && sdp::Receives(section.direction) && mid.empty()) mid = section.mid;
  }
  return lines;
}

/// `location` may be a path on the endpoint's host.
std::string Resolve(const std::string& endpoint, const std::string& location) {
  if (!location.starts_with('/')) return location;
  const auto url = net::ParseUrl(endpoint);
  return url ? url->scheme + "://" + url->HostField() + location : location;
}

}  // namespace

WhepChannel::WhepChannel(net::EventLoop& loop, WhepOptions options,
                         std::function<void(std::string)> on_text,
                         std::function<void(int)> on_close)
    : loop_(loop),
      options_(std::move(options)),
      on_text_(std::move(on_text)),
      on_close_(std::move(on_close)) {}

WhepChannel::~WhepChannel() = default;

void WhepChannel::Say(const signal::ServerMessage& message) {
  std::string text = signal::Serialize(message);
  if (signal::IsNumbered(message)) {
    auto json = nlohmann::json::parse(text);
    json["seq"] = ++seq_;
    text = json.dump();
  }
  loop_.Post([this, alive = std::weak_ptr(alive_), text = std::move(text)] {
    if (!alive.expired()) on_text_(text);
  });
}

void WhepChannel::Send(const std::string& text) {
  const auto frame = signal::ParseClientFrame(text);
  if (!frame || !frame->message) return;
  const signal::ClientMessage& message = *frame->message;
  if (const auto* join = std::get_if<signal::Join>(&message)) return Post(*join);
  if (std::holds_alternative<signal::Ping>(message)) return Say(signal::Pong{});
  if (!frame->seq) return;
  if (std::holds_alternative<signal::Leave>(message)) return Delete(*frame->seq);
  // WHEP can't ask for it: it stays as it is.
  Say(signal::Result{*frame->seq, {}, {}, {}});
}

void WhepChannel::Post(const signal::Join& join) {
  net::HttpCall call;
  call.method = "POST";
  call.url = options_.url;
  call.headers.Set("Content-Type", "application/sdp");
  if (!options_.token.empty()) call.headers.Set("Authorization", "Bearer " + options_.token);
  call.body = join.offer.value_or("");
  call.trust = options_.trust;
  net::Fetch(loop_, std::move(call),
             [this, alive = std::weak_ptr(alive_),
              offer = join.offer.value_or("")](base::Result<net::HttpResponse> response) {
               if (alive.expired()) return;
               if (!response) return OnAnswer(offer, 0, "", response.error().message);
               OnAnswer(offer, response->status, std::string(response->headers.Get("Location")),
                        std::move(response->body));
             });
}

void WhepChannel::OnAnswer(const std::string& offer, int status, std::string location,
                           std::string body) {
  if (status != 201) {
    const std::string what = status == 0 ? body : "status " + std::to_string(status) + " " + body;
    Say(signal::ErrorFrame{{signal::code::kInternal, what, {}, {}}});
    return loop_.Post([this, alive = std::weak_ptr(alive_)] {
      if (!alive.expired()) on_close_(signal::close::kJoinRefused);
    });
  }
  session_ = Resolve(options_.url, location);
  signal::Joined joined;
  joined.session_id = joined.resume_token = "whep";
  joined.answer = std::move(body);
  joined.slots = {LinesOf(offer)};
  joined.need.pairs = 1;
  Say(joined);
  Say(signal::Slots{{{0, options_.source, signal::StreamType::kMain, true, true}}});
}

void WhepChannel::Delete(uint64_t seq) {
  net::HttpCall call;
  call.method = "DELETE";
  call.url = session_;
  if (!options_.token.empty()) call.headers.Set("Authorization", "Bearer " + options_.token);
  call.trust = options_.trust;
  net::Fetch(loop_, std::move(call),
             [this, alive = std::weak_ptr(alive_), seq](const base::Result<net::HttpResponse>&) {
               if (alive.expired()) return;
               Say(signal::Result{seq, {}, {}, {}});
               loop_.Post([this, again = alive] {
                 if (!again.expired()) on_close_(signal::close::kLeft);
               });
             });
}

}  // namespace plaza::tools
