// The Binding request of a connectivity or consent check (RFC 8445 section 7.1, RFC 7675).
#pragma once

#include "base/socket_address.h"
#include "ice/agent.h"
#include "ice/stun_message.h"

namespace plaza::ice {

struct CheckRequest {
  const TransactionId& transaction;
  const Credentials& local;
  const Credentials& remote;
  uint32_t priority = 0;  ///< of a peer-reflexive candidate of ours on this path
  Role role = Role::kControlling;
  uint64_t tie_breaker = 0;
  bool nominate = false;  ///< only where we control
};

void SendCheckRequest(const CheckRequest& request, const base::Path& path,
                      base::DatagramSink& sink);

}  // namespace plaza::ice
