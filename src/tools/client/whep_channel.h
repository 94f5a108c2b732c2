// A WHEP session in the clothes of a signalling socket: what a participant says becomes requests,
// and what the server answers, messages.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/event_loop.h"
#include "net/tls.h"
#include "signal/messages.h"

namespace plaza::tools {

struct WhepOptions {
  std::string url;    ///< of the endpoint
  std::string token;  ///< for `Authorization: Bearer`; may be empty
  /// Under what name what is received is counted and saved.
  std::string source = "whep";
  net::TlsTrust trust;
};

class WhepChannel {
 public:
  /// `on_text` gets frames as docs/signalling.md has them, `on_close` the code of a closed socket;
  /// both later, never from within Send().
  WhepChannel(net::EventLoop& loop, WhepOptions options, std::function<void(std::string)> on_text,
              std::function<void(int)> on_close);
  /// A session that was not left is left to its time-out.
  ~WhepChannel();
  WhepChannel(const WhepChannel&) = delete;

  /// One frame of the participant.
  void Send(const std::string& text);

 private:
  void Post(const signal::Join& join);
  void OnAnswer(const std::string& offer, int status, std::string location, std::string body);
  void Delete(uint64_t seq);
  void Say(const signal::ServerMessage& message);

  net::EventLoop& loop_;
  const WhepOptions options_;
  const std::function<void(std::string)> on_text_;
  const std::function<void(int)> on_close_;
  std::string session_;  ///< its URL
  uint64_t seq_ = 0;     ///< of what we said
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace plaza::tools
