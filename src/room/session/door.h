// Where signalling sockets come in: the handshake (join, resume), and then the way to their
// session. Knows no socket library: the owner hands over what sockets do and implements
// SessionSocket.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/time.h"

namespace plaza::room {

/// One signalling socket as the room sees it.
class SessionSocket {
 public:
  virtual ~SessionSocket() = default;
  /// Queues one text frame. A socket whose queue is too long closes itself and reports OnClose()
  /// later.
  virtual void SendText(std::string text) = 0;
  /// Sends what is queued, then closes with this WebSocket code. No call to the socket follows.
  virtual void Close(int code, std::string_view reason) = 0;
};

/// Single-threaded. None of its calls to a socket may lead to a call back from inside.
class SignalDoor {
 public:
  virtual ~SignalDoor() = default;
  /// A socket opened. `remote` is for logs. The pointer names the socket in later calls, and is
  /// used until OnClose() or until it was told to Close().
  virtual void OnOpen(SessionSocket* socket, std::string remote) = 0;
  virtual void OnText(SessionSocket* socket, std::string_view text) = 0;
  /// A frame that is not text or longer than signal::kMaxFrameBytes; its content is not needed.
  virtual void OnUnreadable(SessionSocket* socket, bool too_large) = 0;
  /// The socket broke or was closed by the client. Ignored for one that was told to Close().
  virtual void OnClose(SessionSocket* socket) = 0;
};

}  // namespace plaza::room
