// What the room asks of the media plane, and what it hears from it. The room knows nothing of SDP's
// meaning, packets or workers; whoever implements MediaPlane knows nothing of users.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/strong_id.h"
#include "signal/terms.h"

namespace plaza::room {

/// A member's WebRTC connection (or whatever stands for one).
using PeerId = base::StrongId<struct PeerIdTag>;
/// Peers only ever see each other within one group: a living room.
using GroupId = base::StrongId<struct GroupIdTag>;

using signal::Layer;
using signal::MediaKind;
using signal::StreamType;

/// What one sending m-line of a client carries, lowest layer first.
struct SentTrack {
  std::string mid;
  MediaKind kind = MediaKind::kAudio;
  StreamType stream = StreamType::kMain;
  bool published = false;
  bool muted = false;
  std::vector<Layer> layers;
};

/// Everything that one peer publishes under one stream type: an audio and a video track that belong
/// together.
struct Source {
  PeerId peer;
  StreamType stream = StreamType::kMain;
  friend auto operator<=>(const Source&, const Source&) = default;
};

/// That a peer wants to receive a source. `max_width` and `max_height` are the size of the view in
/// pixels; 0 is no limit.
struct Wish {
  Source source;
  bool audio = false;
  bool video = false;
  uint16_t max_width = 0;
  uint16_t max_height = 0;
  friend bool operator==(const Wish&, const Wish&) = default;
};

/// One pair of receiving m-lines and who is in it.
struct Slot {
  uint32_t index = 0;
  std::string audio_mid;
  std::string video_mid;
  std::optional<Source> occupant;
  bool audio = false;
  bool video = false;
};

struct OfferRequest {
  std::string sdp;
  std::vector<SentTrack> tracks;
};

struct OfferResult {
  std::string answer;
  std::vector<Slot> slots;
};

struct Speaker {
  PeerId peer;
  uint8_t level = 0;  ///< 0 (silence) to 100
};

/// Commands to the media plane. All calls and callbacks are on the control thread. Commands for a
/// peer are carried out in the order given.
class MediaPlane {
 public:
  virtual ~MediaPlane() = default;

  /// Makes a peer in a group. It has no transport before its first offer.
  virtual PeerId CreatePeer(GroupId group) = 0;
  /// First offer, renegotiation, ICE restart, or (new fingerprint) a new transport for the same
  /// peer. `done` is called once, later, unless the peer was closed before; an error names what the
  /// SDP broke, or is kDeadlineExceeded: then OnPeerFailed() follows.
  virtual void Offer(PeerId peer, OfferRequest request,
                     std::function<void(base::Result<OfferResult>)> done) = 0;
  /// What the peer's sending m-lines carry; the whole list each time.
  virtual void SetTracks(PeerId peer, std::vector<SentTrack> tracks) = 0;
  /// Everything that the peer wishes to receive; the whole list each time, most wanted first. Slot
  /// changes that follow come by MediaObserver::OnSlots before any packet flows in them.
  virtual void SetWishes(PeerId peer, std::vector<Wish> wishes) = 0;
  /// Ends the peer; nothing is heard of it again.
  virtual void ClosePeer(PeerId peer) = 0;
};

/// Events of the media plane, on the control thread. OnSlots() and OnNeedSlots() may come from
/// inside a call to SetWishes() or ClosePeer(), the others never from inside a call to MediaPlane.
/// None leads to a call back.
class MediaObserver {
 public:
  virtual ~MediaObserver() = default;
  virtual void OnPeerConnected(PeerId peer) = 0;
  /// The transport is dead: consent lost, DTLS failed or closed. The peer remains and may offer
  /// anew.
  virtual void OnPeerFailed(PeerId peer, const std::string& reason) = 0;
  /// Slots whose occupant or halves changed.
  virtual void OnSlots(PeerId peer, const std::vector<Slot>& changed) = 0;
  /// The wishes need at least so many slots; the client should offer them.
  virtual void OnNeedSlots(PeerId peer, uint32_t pairs) = 0;
  /// A published, unmuted track has sent nothing for 10 s, or sends again.
  virtual void OnTrackStalled(PeerId peer, StreamType stream, MediaKind kind, bool stalled) = 0;
  /// Who speaks in the group now, loudest first; at most five times a second, only on change.
  virtual void OnSpeakers(GroupId group, const std::vector<Speaker>& speakers) = 0;
};

}  // namespace plaza::room
