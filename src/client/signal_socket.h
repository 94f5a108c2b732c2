// What a participant needs of the one who owns its signalling socket.
#pragma once

#include <string>

namespace plaza::client {

/// Called from within the participant's functions; must not call back from within.
class SignalSocket {
 public:
  virtual ~SignalSocket() = default;
  /// Opens a new one; there is none at that time. Then OnSocketOpened() or OnSocketClosed()
  /// follows.
  virtual void Open() = 0;
  /// One text frame on the open one.
  virtual void Send(std::string text) = 0;
  /// Closes it, open or opening: it is forgotten, and nothing of it is to be reported any more.
  virtual void Close(int code) = 0;
};

}  // namespace plaza::client
