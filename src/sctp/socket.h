// Data channels over one DTLS association: SCTP (RFC 9260) in the profile of RFC 8831.
#pragma once

#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "sctp/channel.h"
#include "sctp/options.h"
#include "sctp/stats.h"

namespace plaza::sctp {

/// What the owner of a socket hears from it. Calls come from within the socket's own functions; the
/// socket may be used from here, apart from OnSctpPacket(), but not be destroyed from here.
class SocketObserver {
 public:
  virtual ~SocketObserver() = default;
  /// Send this to the other side, at most Options::max_packet_size bytes. The socket may not be
  /// called from here.
  virtual void OnSctpPacket(base::ByteView packet) = 0;
  /// The association is up.
  virtual void OnSctpConnected() = 0;
  /// The association is down, for good, and all channels with it. `reason` is for logs. The last
  /// call, apart from packets that say so to the other side.
  virtual void OnSctpClosed(const std::string& reason) = 0;
  /// The other side opened a channel, or took the one that we opened.
  virtual void OnChannelOpened(ChannelId channel, const ChannelConfig& config) = 0;
  /// The channel is closed on both sides; its id may come again.
  virtual void OnChannelClosed(ChannelId channel) = 0;
  virtual void OnChannelMessage(ChannelId channel, MessageKind kind, base::ByteView message) = 0;
};

enum class SocketState : uint8_t { kNew, kConnecting, kConnected, kClosing, kClosed };

/// Does no I/O: takes packets and the time, gives packets, events and the next deadline. Belongs to
/// one thread.
class Socket {
 public:
  /// `random` must be fit for keys; it and `observer` outlive the socket.
  Socket(const Options& options, base::Random& random, SocketObserver& observer);
  ~Socket();
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  /// Sends the INIT. Both sides may; who does not waits for the other's.
  void Connect(base::Time now);
  /// One packet from the other side. Anything is safe to pass.
  void HandlePacket(base::ByteView packet, base::Time now);
  /// When HandleTimeout() wants to be called; base::kNever when nothing is waited for. May change
  /// with any other call.
  base::Time NextDeadline() const;
  void HandleTimeout(base::Time now);

  /// Opens a channel, also before the association is up. Messages may be sent at once;
  /// OnChannelOpened() says when the other side has taken it. kInvalidArgument: `config` breaks a
  /// rule; kResourceExhausted: too many channels; kFailedPrecondition: the association has ended.
  base::Result<ChannelId> Open(const ChannelConfig& config, base::Time now);
  /// Queues a message. kNotFound: no such channel, or it is closing; kInvalidArgument: larger than
  /// the other side takes; kResourceExhausted: the send buffer is full.
  base::Status Send(ChannelId channel, MessageKind kind, base::ByteView message, base::Time now);
  /// Bytes of messages that were not yet sent for the first time; 0 for unknown channels.
  size_t BufferedAmount(ChannelId channel) const;
  /// Closes the channel when what waits on it has been sent; OnChannelClosed() follows.
  void Close(ChannelId channel, base::Time now);

  /// Ends the association when all that waits has been sent. OnSctpClosed() follows.
  void Shutdown(base::Time now);
  /// Ends the association now, and tells the other side. OnSctpClosed() follows at once.
  void Abort(const std::string& reason);

  SocketState state() const;
  Stats stats() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace plaza::sctp
