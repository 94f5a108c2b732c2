// One accepted connection as bytes, plain or TLS, for protocols that are not HTTP.
#pragma once

#include <cstddef>
#include <functional>

#include "base/bytes.h"
#include "base/socket_address.h"

namespace plaza::net {

/// Lives until it has ended, whoever holds it. All calls and callbacks are on the loop's thread.
class Connection {
 public:
  virtual ~Connection() = default;

  /// Queues bytes; what is queued in one turn may leave together. False, and nothing is queued, if
  /// they don't fit into the queue or the connection is ending.
  virtual bool Write(base::ByteView bytes) = 0;
  /// Ends it at once; OnClose tells later, never from within.
  virtual void Close() = 0;

  /// Set both at once when the connection is handed over; bytes are read only afterwards. `bytes`
  /// are valid until the callback returns.
  virtual void OnData(std::function<void(base::ByteView bytes)> callback) = 0;
  /// Called exactly once, as the last callback; both callbacks are destroyed after it.
  virtual void OnClose(std::function<void()> callback) = 0;

  virtual size_t queued_bytes() const = 0;
  virtual const base::SocketAddress& remote() const = 0;
};

}  // namespace plaza::net
