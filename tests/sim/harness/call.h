// A call: the media plane of a server, its clients, and the signalling between them without the
// wire.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/media/media_control.h"
#include "dtls/testing/simulated_openssl.h"
#include "dtls/transport.h"
#include "harness/client.h"
#include "harness/worker.h"
#include "harness/world.h"

namespace plaza::sim {

struct CallOptions {
  uint64_t seed = 1;
  size_t workers = 1;
  WorkerOptions worker;
  /// OpenSSL on simulated time and chance, instead of the stand-in that protects nothing. One such
  /// call at a time.
  bool real_dtls = false;
};

/// Does what rooms, sessions and the client SDK do around the media plane. Every packet that a
/// client receives is held against what it was told.
class Call final : private room::MediaObserver, private Actor {
 public:
  explicit Call(CallOptions options);
  ~Call() override;
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  Client& Join(ClientOptions options);
  /// With or without a word of the client to the media plane.
  void Leave(Client& client, bool goodbye);
  void SetWishes(Client& client, std::vector<ClientWish> wishes);
  /// Tells what the client's fields `…_published` and `…_muted` say.
  void SetTracks(Client& client);
  void Renegotiate(Client& client, uint32_t pairs, bool restart_ice);
  /// The client makes a new connection.
  void Renew(Client& client, bool goodbye);

  World world;
  std::vector<std::unique_ptr<Worker>> workers;
  std::map<uint32_t, std::unique_ptr<Client>> clients;  ///< by number; those that left, too
  app::MediaControl& control() { return *control_; }

  /// What should never have happened.
  std::vector<std::string> violations;
  int peer_failures = 0;

 private:
  // Actor, for the control thread
  base::Time NextDeadline() const override { return control_->NextDeadline(); }
  void HandleTimeout(base::Time now) override { control_->HandleTimeout(now); }
  // room::MediaObserver
  void OnPeerConnected(room::PeerId) override {}
  void OnPeerFailed(room::PeerId peer, const std::string& reason) override;
  void OnSlots(room::PeerId peer, const std::vector<room::Slot>& changed) override;
  void OnNeedSlots(room::PeerId peer, uint32_t pairs) override;
  void OnTrackStalled(room::PeerId, room::StreamType, room::MediaKind, bool) override {}
  void OnSpeakers(room::GroupId, const std::vector<room::Speaker>&) override {}

  void Request(Client& client, std::function<void()> what);
  void ServeRequests(Client& client);
  void SendOffer(Client& client, std::string sdp);
  void OnAnswer(Client& client, size_t connection, base::Result<room::OfferResult> result);
  void TellWishes(Client& client);
  void TellAllWishes();
  void NoteTracks(Client& client, const std::vector<room::SentTrack>& tracks);
  void NoteSlot(Client& client, const room::Slot& slot);
  void Check(const Client& client, size_t connection, const rtp::StreamKey& stream,
             const rtp::Packet& packet, base::Time sent);
  base::Duration MostLate(base::Time time) const;
  Client* Find(room::PeerId peer);
  std::unique_ptr<dtls::TransportFactory> MakeDtls();

  CallOptions options_;
  std::optional<dtls::testing::SimulatedOpenSsl> openssl_;
  uint64_t certificates_ = 0;
  std::unique_ptr<dtls::TransportFactory> server_dtls_;
  std::unique_ptr<app::MediaControl> control_;
};

}  // namespace plaza::sim
