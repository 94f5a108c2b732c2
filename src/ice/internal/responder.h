// The answering half of both agents: authenticates Binding requests and answers them.
#pragma once

#include "base/socket_address.h"
#include "ice/agent.h"
#include "ice/stun_message.h"

namespace plaza::ice {

/// A request as it came in.
struct Inbound {
  const StunMessage& message;
  size_t size;
  const base::Path& path;
};

class Responder {
 public:
  explicit Responder(AgentStats& stats) : stats_(stats) {}

  /// Which of the two credentials the request is authenticated with (RFC 8489 section 9.1.3).
  /// `other` may be null. Null when with neither, or when it has attributes that we would have to
  /// understand; it is then answered with the error.
  const Credentials* Accept(const Inbound& request, const Credentials& current,
                            const Credentials* other, base::DatagramSink& sink);
  void SendSuccess(const Inbound& request, const Credentials& used, base::DatagramSink& sink);
  void SendRoleConflict(const Inbound& request, const Credentials& used, base::DatagramSink& sink);

 private:
  const Credentials* Authenticate(const Inbound& request, const Credentials& current,
                                  const Credentials* other, base::DatagramSink& sink);
  /// `used` is null for who did not prove themself: such an answer has no integrity, and leaves
  /// only when it is no longer than the request, so that we are no amplifier.
  void SendError(const Inbound& request, uint16_t code, const Credentials* used,
                 base::DatagramSink& sink);

  AgentStats& stats_;
};

}  // namespace plaza::ice
