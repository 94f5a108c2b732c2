#include "harness/call.h"

#include <algorithm>
#include <utility>

#include "dtls/certificate.h"
#include "dtls/context.h"
#include "dtls/testing/stand_in.h"

namespace plaza::sim {
namespace {

base::SocketAddress WorkerAddress(size_t index) {
  return {base::IpAddress::V4(192, 0, 2, static_cast<uint8_t>(index + 1)), 7000};
}

}  // namespace

Call::Call(CallOptions options) : world(options.seed), options_(options) {
  if (options_.real_dtls) openssl_.emplace(world.clock, options_.seed);
  server_dtls_ = MakeDtls();
  for (size_t i = 0; i < options_.workers; ++i) {
    workers.push_back(
        std::make_unique<Worker>(world, i, WorkerAddress(i), options_.worker, *server_dtls_,
                                 [this](base::ByteView datagram, const base::Path& path) {
                                   // The last two bytes of an address are the client's number.
                                   const auto& ip = path.remote.ip.bytes();
                                   const auto client = clients.find(ip[14] * 256u + ip[15]);
                                   if (client != clients.end())
                                     client->second->wire().SendDown(datagram, path);
                                 }));
  }
  std::vector<app::WorkerCommands*> commands;
  for (size_t i = 0; i < workers.size(); ++i) {
    commands.push_back(workers[i].get());
    for (size_t j = 0; j < i; ++j) Worker::Link(*workers[i], *workers[j]);
  }
  control_ = std::make_unique<app::MediaControl>(commands, world.clock);
  control_->SetObserver(this);
  for (const auto& worker : workers) worker->SetEvents(control_.get());
  world.Add(*this);
}

Call::~Call() { world.Remove(*this); }

// Each has a certificate of its own.
std::unique_ptr<dtls::TransportFactory> Call::MakeDtls() {
  if (!options_.real_dtls) {
    return std::make_unique<dtls::testing::StandInFactory>(options_.seed * 1000 + ++certificates_);
  }
  const auto certificate = dtls::Certificate::Generate(world.clock.WallNow());
  return std::move(dtls::Context::Create(certificate.value()).value());
}

Client* Call::Find(room::PeerId peer) {
  for (const auto& [number, client] : clients)
    if (client->peer == peer && !client->gone) return client.get();
  return nullptr;
}

Client& Call::Join(ClientOptions options) {
  const uint32_t number = options.number;
  auto made = std::make_unique<Client>(
      world, options, [this] { return MakeDtls(); },
      [this](const Client& client, size_t connection, const rtp::StreamKey& stream,
             const rtp::Packet& packet,
             base::Time sent) { Check(client, connection, stream, packet, sent); });
  Client& client = *(clients[number] = std::move(made));
  client.wire().SetServer([this](base::ByteView datagram, const base::Path& path, base::Time) {
    for (const auto& worker : workers)
      if (worker->address() == path.local) worker->OnDatagram(datagram, path);
  });
  client.peer = control_->CreatePeer(room::GroupId(client.options().group));
  client.Renew(false);
  Renegotiate(client, client.options().pairs, false);
  TellAllWishes();
  return client;
}

void Call::Leave(Client& client, bool goodbye) {
  client.connection().Close(goodbye);
  client.gone = true;
  client.audio_diary.Set(false, world.now());
  client.video_diary.Set(false, world.now());
  control_->ClosePeer(client.peer);
  TellAllWishes();
}

// Requests arrive in order, and wait while an offer is being negotiated.
void Call::Request(Client& client, std::function<void()> what) {
  world.In(client.options().signalling_delay, [this, &client, what = std::move(what)]() mutable {
    client.requests.push_back(std::move(what));
    ServeRequests(client);
  });
}

void Call::ServeRequests(Client& client) {
  while (!client.gone && !client.offering && !client.requests.empty()) {
    const auto what = std::move(client.requests.front());
    client.requests.pop_front();
    what();
  }
}

void Call::Renegotiate(Client& client, uint32_t pairs, bool restart_ice) {
  if (client.gone) return;
  client.wanted_pairs = std::max(client.wanted_pairs, pairs);
  if (client.negotiating) {
    client.restart_waits = client.restart_waits || restart_ice;
    return;
  }
  client.negotiating = true;
  SendOffer(client, client.connection().Offer(client.wanted_pairs, restart_ice));
}

void Call::SendOffer(Client& client, std::string sdp) {
  const size_t connection = client.connections().size() - 1;
  const std::vector<room::SentTrack> tracks = client.Tracks();
  Request(client, [this, &client, connection, tracks, sdp = std::move(sdp)] {
    client.offering = true;
    control_->Offer(client.peer, {sdp, tracks},
                    [this, &client, connection, tracks](base::Result<room::OfferResult> result) {
                      if (result.ok()) NoteTracks(client, tracks);
                      OnAnswer(client, connection, std::move(result));
                    });
  });
}

void Call::OnAnswer(Client& client, size_t connection, base::Result<room::OfferResult> result) {
  client.offering = false;
  if (result.ok()) {
    client.answered_connection = connection;
    SlotDiary& diary = client.connections()[connection].slots;
    for (const room::Slot& slot : result->slots) {
      diary.SetLine(slot.audio_mid, slot.index);
      diary.SetLine(slot.video_mid, slot.index);
      NoteSlot(client, slot);
    }
  }
  auto shared = std::make_shared<base::Result<room::OfferResult>>(std::move(result));
  world.In(client.options().signalling_delay, [this, &client, connection, shared] {
    if (client.gone || connection + 1 != client.connections().size()) return;
    if (!shared->ok()) return Renew(client, false);
    const auto applied = client.connection().ApplyAnswer((*shared)->answer);
    if (!applied.ok()) violations.push_back("an answer does not fit: " + applied.error().message);
    client.negotiating = false;
    const bool restart = std::exchange(client.restart_waits, false);
    if (restart || client.connection().pairs() < client.wanted_pairs)
      Renegotiate(client, client.wanted_pairs, restart);
  });
  ServeRequests(client);
}

void Call::Renew(Client& client, bool goodbye) {
  if (client.gone) return;
  client.Renew(goodbye);
  client.negotiating = client.restart_waits = false;
  Renegotiate(client, client.options().pairs, false);
}

void Call::SetTracks(Client& client) {
  client.SetSending(client.audio_published && !client.audio_muted,
                    client.video_published && !client.video_muted);
  Request(client, [this, &client, tracks = client.Tracks()] {
    control_->SetTracks(client.peer, tracks);
    NoteTracks(client, tracks);
  });
}

void Call::NoteTracks(Client& client, const std::vector<room::SentTrack>& tracks) {
  for (const room::SentTrack& track : tracks) {
    TrackDiary& diary =
        track.kind == room::MediaKind::kAudio ? client.audio_diary : client.video_diary;
    diary.Set(track.published && !track.muted, world.now());
  }
}

void Call::SetWishes(Client& client, std::vector<ClientWish> wishes) {
  Request(client, [this, &client, wishes = std::move(wishes)] {
    client.wishes = wishes;
    TellWishes(client);
  });
}

// Only those who are there can be wished for; rooms would leave out other rooms' people, too.
void Call::TellWishes(Client& client) {
  std::vector<room::Wish> wishes;
  for (const ClientWish& wish : client.wishes) {
    const auto source = clients.find(wish.source);
    if (source == clients.end() || source->second->gone) continue;
    wishes.push_back({{source->second->peer, room::StreamType::kMain},
                      wish.audio,
                      wish.video,
                      wish.width,
                      static_cast<uint16_t>(wish.width * 9 / 16)});
  }
  control_->SetWishes(client.peer, wishes);
}

void Call::TellAllWishes() {
  for (const auto& [number, client] : clients)
    if (!client->gone) TellWishes(*client);
}

void Call::NoteSlot(Client& client, const room::Slot& slot) {
  if (client.answered_connection == SIZE_MAX) return;
  const Client* occupant = slot.occupant ? Find(slot.occupant->peer) : nullptr;
  if (slot.occupant && !occupant) violations.push_back("a slot was given to nobody who is there");
  client.connections()[client.answered_connection].slots.Set(
      slot.index, occupant ? occupant->number() : 0, slot.audio, slot.video, world.now());
}

void Call::OnSlots(room::PeerId peer, const std::vector<room::Slot>& changed) {
  Client* client = Find(peer);
  for (const room::Slot& slot : changed)
    if (client) NoteSlot(*client, slot);
}

void Call::OnNeedSlots(room::PeerId peer, uint32_t pairs) {
  Client* client = Find(peer);
  if (!client) return;
  world.In(client->options().signalling_delay, [this, client, pairs] {
    if (client->connection().pairs() < pairs) Renegotiate(*client, pairs, false);
  });
}

void Call::OnPeerFailed(room::PeerId peer, const std::string&) {
  Client* client = Find(peer);
  if (!client) return;
  ++peer_failures;
  world.In(client->options().signalling_delay,
           [this, client, connection = client->connections().size()] {
             // Whoever has begun anew already need not be told.
             if (client->connections().size() == connection) Renew(*client, false);
           });
}

base::Duration Call::MostLate(base::Time time) const {
  base::Duration most{};
  for (const auto& worker : workers) most = std::max(most, worker->MostLate(time));
  return most;
}

void Call::Check(const Client& client, size_t connection, const rtp::StreamKey& stream,
                 const rtp::Packet& packet, base::Time sent) {
  const auto stamp = packet.payload_size > 0 ? FindStamp(packet.payload()) : std::nullopt;
  const auto complain = [&](const std::string& what) {
    violations.push_back("client " + std::to_string(client.number()) + ", m-line " +
                         std::to_string(stream.media) + ": " + what);
  };
  if (!stamp) {
    if (packet.payload_size > 0) complain("a packet without a stamp");
    return;
  }
  const std::string whose = "of client " + std::to_string(stamp->source);
  const auto source = clients.find(stamp->source);
  if (source == clients.end() || source->second->options().group != client.options().group) {
    return complain("media " + whose + ", who is in no room with it");
  }
  const SlotDiary& slots = client.connections()[connection].slots;
  if (!slots.Allows(std::to_string(stream.media), stamp->source, stamp->audio, sent,
                    MostLate(sent))) {
    complain((stamp->audio ? "audio " : "video ") + whose + ", who is not in the slot");
  }
  const TrackDiary& track =
      stamp->audio ? source->second->audio_diary : source->second->video_diary;
  if (!track.Allows(sent, MostLate(sent)))
    complain((stamp->audio ? "audio " : "video ") + whose +
             ", who has not published it or muted it");
}

}  // namespace plaza::sim
