// One WebSocket (RFC 6455), on the server or on the client: text messages, bounded queue,
// keepalive.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/socket_address.h"
#include "base/time.h"

namespace plaza::net {

/// Close codes (RFC 6455 section 7.4.1). 4000 to 4999 are the application's.
enum WebSocketCode : uint16_t {
  kWsNormal = 1000,
  kWsGoingAway = 1001,  ///< the server stops, the page is left
  kWsProtocolError = 1002,
  kWsUnsupportedData = 1003,  ///< here: a binary message
  kWsNoCode = 1005,           ///< never sent: the other side closed without a code
  kWsAbnormal = 1006,         ///< never sent: the connection broke
  kWsInvalidText = 1007,
  kWsPolicy = 1008,  ///< here also: too slow a reader
  kWsTooBig = 1009,
  kWsInternalError = 1011,
  kWsTryLater = 1013,
};

struct WebSocketOptions {
  /// A larger message closes the connection with kWsTooBig.
  size_t max_message_bytes = 256 << 10;
  /// Bytes that may wait for a slow reader; beyond, it is closed with kWsPolicy.
  size_t max_queued_bytes = 4 << 20;
  /// Without a byte from the other side for half of it a ping is sent; for all of it, the
  /// connection is given up as kWsAbnormal.
  base::Duration idle_timeout = base::Seconds(30);
  /// For the opening handshake, and for the other side to answer a close.
  base::Duration handshake_timeout = base::Seconds(10);
};

struct WebSocketClosed {
  uint16_t code = kWsAbnormal;  ///< the other side's, or ours where we closed first
  std::string reason;
  bool by_us = false;
};

/// Lives until both sides have closed, whoever holds it. All calls and callbacks are on the loop's
/// thread.
class WebSocket {
 public:
  virtual ~WebSocket() = default;

  /// Sends one text message of valid UTF-8. False if the connection is closing, or if the message
  /// does not fit into the queue, which then closes it (slow reader); OnClose tells later, never
  /// from within.
  virtual bool Send(std::string text) = 0;
  /// Sends what is queued, then the close; later calls do nothing. `reason`: at most 123 bytes of
  /// UTF-8.
  virtual void Close(uint16_t code = kWsNormal, std::string_view reason = {}) = 0;

  /// Ends the connection without a close frame: kWsAbnormal for both sides.
  virtual void Abort() = 0;

  /// Set both at once when the socket is handed over; messages are read only afterwards. `text` is
  /// valid until the callback returns.
  virtual void OnMessage(std::function<void(std::string_view text)> callback) = 0;
  /// Called exactly once, as the last callback; both callbacks are destroyed after it.
  virtual void OnClose(std::function<void(const WebSocketClosed&)> callback) = 0;

  /// Bytes that wait to be written.
  virtual size_t queued_bytes() const = 0;
  virtual const base::SocketAddress& remote() const = 0;
};

}  // namespace plaza::net
