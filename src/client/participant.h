// One who takes part in a call by docs/signalling.md: signalling, one WebRTC connection, generated
// media, and the count of what comes back.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/packet_buffer.h"
#include "base/random.h"
#include "base/socket_address.h"
#include "base/time.h"
#include "client/config.h"
#include "client/signal_socket.h"
#include "client/statistics.h"
#include "signal/messages.h"

namespace plaza::client {

enum class EndReason : uint8_t {
  kLeft,         ///< as we asked
  kRefused,      ///< `join` was refused
  kKicked,       ///< put out, or the same user entered elsewhere
  kUnreachable,  ///< the first socket could not be opened
};

struct End {
  EndReason reason = EndReason::kLeft;
  signal::Failure failure;  ///< kRefused: the server's; else a message for people
};

/// What the owner hears. Calls come from within the participant's functions; it may be told to
/// watch or leave from here, but not be destroyed.
class ParticipantObserver {
 public:
  virtual ~ParticipantObserver() = default;
  /// In the room, for the first time or again after the session was lost.
  virtual void OnJoined(const signal::Joined& joined) = 0;
  /// The socket broke and came back within the session.
  virtual void OnResumed() = 0;
  /// Room events, speakers, slots: after the participant has used them itself.
  virtual void OnMessage(const signal::ServerMessage& message) = 0;
  /// A request of ours was refused.
  virtual void OnRequestFailed(const signal::Failure& failure) = 0;
  /// Media flows.
  virtual void OnMediaConnected() = 0;
  /// It is over. The last call.
  virtual void OnEnded(const End& end) = 0;
};

/// Does no I/O: takes text, datagrams and the time, and gives text and datagrams to the interfaces
/// that it was made with. Belongs to one thread. A broken socket is resumed, a lost session joined
/// again, a dead connection made anew, as docs/signalling.md says.
class Participant {
 public:
  /// All references outlive the participant. `random` must be fit for keys.
  Participant(Config config, base::Random& random, SignalSocket& socket, base::DatagramSink& sink,
              ParticipantObserver& observer);
  ~Participant();
  Participant(const Participant&) = delete;
  Participant& operator=(const Participant&) = delete;

  void Enter(base::Time now);
  /// Says goodbye; OnEnded() follows, at the latest after two seconds.
  void Leave(base::Time now);

  /// Wishes hold until they are changed, also over a lost session and while the user is away.
  void Watch(const std::vector<signal::StreamWish>& wishes, base::Time now);
  /// Changes what is said of a sent track; a track that is muted or not published sends nothing.
  void SetTrack(signal::MediaKind kind, bool published, bool muted, base::Time now);
  /// To audience: withdraws all tracks.
  void SetRole(signal::Role role, base::Time now);

  // The signalling socket.
  void OnSocketOpened(base::Time now);
  void OnSocketText(std::string_view text, base::Time now);
  /// `code` as in the close frame; 1006 where there was none.
  void OnSocketClosed(int code, base::Time now);

  // The datagram socket.
  /// The buffer must not be shared.
  void HandleDatagram(base::PacketBuffer datagram, const base::Path& path, base::Time now);

  base::Time NextDeadline() const;
  void HandleTimeout(base::Time now);

  bool joined() const;
  Statistics statistics();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace plaza::client
