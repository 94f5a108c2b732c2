// Requests: who may, and what then is so. What is relayed is at the end.
#include "turn/server.h"

#include <algorithm>
#include <utility>

#include "turn/internal/allocations.h"
#include "turn/internal/authenticator.h"
#include "turn/internal/reply.h"
#include "turn/message.h"

namespace plaza::turn {
namespace {

using ice::StunAttribute;
using ice::StunClass;
using internal::Allocation;
using internal::Proof;
using internal::Reply;

constexpr uint8_t kUdp = 17;  // IP protocol number
constexpr uint8_t kFamilyV4 = 1;
constexpr uint8_t kFamilyV6 = 2;
constexpr base::Duration kSweepEvery = std::chrono::seconds(1);
/// What is put around the data of a Data indication, at most.
constexpr size_t kIndicationOverhead = ice::kStunHeaderSize + 24 + 4 + 3 + 8;

base::Duration LifetimeOf(const Message& request) {
  const base::Duration asked =
      request.lifetime ? base::Duration(std::chrono::seconds(*request.lifetime)) : base::Duration();
  return std::clamp(asked, internal::kDefaultLifetime, internal::kMaxLifetime);
}

}  // namespace

class Server::Impl {
 public:
  Impl(ServerConfig config, base::Random& random, ServerObserver& observer,
       base::DatagramSink& to_clients)
      : config_(std::move(config)),
        random_(random),
        observer_(observer),
        to_clients_(to_clients),
        authenticator_(config_.realm, config_.secret) {}

  void HandleMessage(base::ByteView bytes, const base::Path& client, base::Time now,
                     base::WallTime wall) {
    now_ = now;
    wall_ = wall;
    if (IsChannelData(bytes)) return HandleChannelData(bytes, client);
    const auto message = Message::Parse(bytes);
    if (!message) {
      ++counters_.dropped_malformed;
    } else if (message->header.message_class == StunClass::kRequest) {
      HandleRequest(*message, client);
    } else if (message->header.message_class == StunClass::kIndication &&
               message->header.method == kSend) {
      HandleSend(*message, client);
    }
  }

  void RemoveClient(const base::Path& client) {
    if (const Allocation* allocation = allocations_.Find(client)) End(*allocation);
  }

  void SendToClient(const base::Path& path, base::ByteView data, base::Time now);

  base::Time NextDeadline() const {
    return allocations_.size() > 0 ? last_sweep_ + kSweepEvery : base::kNever;
  }

  void HandleTimeout(base::Time now) {
    if (now < NextDeadline()) return;
    last_sweep_ = now;
    while (const Allocation* expired = allocations_.FindExpired(now)) End(*expired);
  }

  const internal::Allocations& allocations() const { return allocations_; }
  const ServerCounters& counters() const { return counters_; }

 private:
  void HandleRequest(const Message& request, const base::Path& client);
  std::optional<Proof> Authenticate(const Message& request, const base::Path& client);
  /// Whether one more answer may go to who has not proven themself.
  bool MayAnswer(const base::Path& client);
  void Challenge(const Message& request, const base::Path& client, ErrorCode code);
  void Refuse(const Message& request, const base::Path& client, const Proof& proof, ErrorCode code);

  void Allocate(const Message& request, const base::Path& client, const Proof& proof);
  /// Why a new allocation can't be had; nothing if it can.
  std::optional<ErrorCode> WhyNot(const Message& request, const Proof& proof) const;
  /// The host of relayed addresses of the family asked for; nothing if there is none.
  const base::SocketAddress* HostFor(const Message& request) const;
  void Confirm(const Message& request, const Allocation& allocation);
  void Refresh(const Message& request, const Proof& proof, Allocation& allocation);
  void CreatePermission(const Message& request, const Proof& proof, Allocation& allocation);
  void BindChannel(const Message& request, const Proof& proof, Allocation& allocation);

  void HandleSend(const Message& indication, const base::Path& client);
  void HandleChannelData(base::ByteView bytes, const base::Path& client);
  void Relay(Allocation& allocation, const base::SocketAddress& peer, base::ByteView data);
  void End(const Allocation& allocation);

  bool IsPeer(const base::SocketAddress& address) const {
    return std::ranges::count(config_.peers, address) > 0;
  }
  bool IsHostOfPeer(const base::IpAddress& ip) const {
    return std::ranges::any_of(config_.peers, [&ip](const auto& peer) { return peer.ip == ip; });
  }

  const ServerConfig config_;
  base::Random& random_;
  ServerObserver& observer_;
  base::DatagramSink& to_clients_;
  const internal::Authenticator authenticator_;
  internal::Allocations allocations_;
  internal::Allowance challenges_{std::chrono::seconds(1)};
  ServerCounters counters_;
  base::Time last_sweep_{};
  base::Time now_{};  // of the message in progress
  base::WallTime wall_{};
};

void Server::Impl::HandleRequest(const Message& request, const base::Path& client) {
  if (request.header.method == kBinding) {
    if (!MayAnswer(client)) return;
    Reply reply(request);
    reply.Address(StunAttribute::kXorMappedAddress, client.remote);
    return reply.Send(client, "", to_clients_);
  }
  const auto proof = Authenticate(request, client);
  if (!proof) return;
  if (!request.unknown_attributes().empty())
    return Refuse(request, client, *proof, kUnknownAttribute);
  if (request.header.method == kAllocate) return Allocate(request, client, *proof);
  Allocation* allocation = allocations_.Find(client);
  if (!allocation) return Refuse(request, client, *proof, kAllocationMismatch);
  if (allocation->username != proof->username)
    return Refuse(request, client, *proof, kWrongCredentials);
  switch (request.header.method) {
    case kRefresh:
      return Refresh(request, *proof, *allocation);
    case kCreatePermission:
      return CreatePermission(request, *proof, *allocation);
    case kChannelBind:
      return BindChannel(request, *proof, *allocation);
    default:
      return Refuse(request, client, *proof, kBadRequest);
  }
}

std::optional<Proof> Server::Impl::Authenticate(const Message& request, const base::Path& client) {
  auto checked = authenticator_.Check(request, client, allocations_.Find(client), now_, wall_);
  if (auto* proof = std::get_if<Proof>(&checked)) return std::move(*proof);
  if (request.has_integrity) ++counters_.refused_credentials;
  Challenge(request, client, std::get<ErrorCode>(checked));
  return std::nullopt;
}

bool Server::Impl::MayAnswer(const base::Path& client) {
  if (client.protocol != base::TransportProtocol::kUdp) return true;  // the address is proven
  const base::Duration cost = base::Duration(std::chrono::seconds(1)) /
                              static_cast<int64_t>(config_.max_challenges_per_second);
  if (challenges_.Take(cost, now_)) return true;
  ++counters_.challenges_suppressed;
  return false;
}

void Server::Impl::Challenge(const Message& request, const base::Path& client, ErrorCode code) {
  if (!MayAnswer(client)) return;
  ++counters_.challenges;
  Reply reply(request, code);
  if (code != kBadRequest) {
    reply.Text(StunAttribute::kRealm, authenticator_.realm());
    reply.Text(StunAttribute::kNonce, authenticator_.MakeNonce(client, now_));
  }
  reply.Send(client, "", to_clients_);
}

void Server::Impl::Refuse(const Message& request, const base::Path& client, const Proof& proof,
                          ErrorCode code) {
  switch (code) {
    case kAllocationQuotaReached:
      ++counters_.refused_quota;
      break;
    case kInsufficientCapacity:
      ++counters_.refused_capacity;
      break;
    case kWrongCredentials:
      ++counters_.refused_credentials;
      break;
    case kForbidden:
      ++counters_.refused_forbidden;
      break;
    default:
      ++counters_.refused_other;
  }
  Reply(request, code).Send(client, proof.key, to_clients_);
}

void Server::Impl::Allocate(const Message& request, const base::Path& client, const Proof& proof) {
  if (const Allocation* existing = allocations_.Find(client)) {
    // A request that comes again because its answer was lost is answered again.
    if (existing->made_by != request.header.transaction)
      return Refuse(request, client, proof, kAllocationMismatch);
    return Confirm(request, *existing);
  }
  if (const auto why = WhyNot(request, proof)) return Refuse(request, client, proof, *why);
  const auto relayed = allocations_.Draw(HostFor(request)->ip, request.even_port.has_value(),
                                         config_.peers, random_);
  if (!relayed) return Refuse(request, client, proof, kInsufficientCapacity);
  auto allocation = std::make_unique<Allocation>();
  allocation->client = client;
  allocation->username = proof.username;
  allocation->user = proof.user;
  allocation->key = proof.key;
  allocation->relayed = *relayed;
  allocation->made_by = request.header.transaction;
  allocation->expires = now_ + LifetimeOf(request);
  ++counters_.allocations;
  if (allocations_.size() == 0) last_sweep_ = now_;
  Confirm(request, allocations_.Add(std::move(allocation)));
}

std::optional<ErrorCode> Server::Impl::WhyNot(const Message& request, const Proof& proof) const {
  if (!request.requested_transport) return kBadRequest;
  if (*request.requested_transport != kUdp) return kUnsupportedTransport;
  if (request.has_reservation_token && (request.even_port || request.requested_family))
    return kBadRequest;
  // Ports are not reserved here: there are no pairs of RTP and RTCP any more.
  if (request.has_reservation_token || request.even_port.value_or(false))
    return kInsufficientCapacity;
  if (!HostFor(request)) return kAddressFamilyNotSupported;
  if (allocations_.CountOf(proof.user) >= config_.max_allocations_per_user)
    return kAllocationQuotaReached;
  if (allocations_.size() >= config_.max_allocations) return kInsufficientCapacity;
  return std::nullopt;
}

// Without REQUESTED-ADDRESS-FAMILY it is IPv4, as RFC 8656 says, but IPv6 where that is all we
// have.
const base::SocketAddress* Server::Impl::HostFor(const Message& request) const {
  const auto find = [this](bool v4) -> const base::SocketAddress* {
    const auto found = std::ranges::find_if(
        config_.peers, [v4](const auto& peer) { return peer.ip.is_v4() == v4; });
    return found == config_.peers.end() ? nullptr : &*found;
  };
  if (!request.requested_family) {
    const base::SocketAddress* host = find(true);
    return host ? host : find(false);
  }
  if (*request.requested_family == kFamilyV4) return find(true);
  return *request.requested_family == kFamilyV6 ? find(false) : nullptr;
}

void Server::Impl::Confirm(const Message& request, const Allocation& allocation) {
  Reply reply(request);
  reply.Address(StunAttribute::kXorRelayedAddress, allocation.relayed);
  reply.Address(StunAttribute::kXorMappedAddress, allocation.client.remote);
  reply.Lifetime(allocation.expires - now_);
  reply.Send(allocation.client, allocation.key, to_clients_);
}

void Server::Impl::Refresh(const Message& request, const Proof& proof, Allocation& allocation) {
  const base::Path client = allocation.client;
  if (request.requested_family &&
      *request.requested_family != (allocation.relayed.ip.is_v4() ? kFamilyV4 : kFamilyV6))
    return Refuse(request, client, proof, kPeerAddressFamilyMismatch);
  Reply reply(request);
  if (request.lifetime == 0u) {
    End(allocation);
    reply.Lifetime({});
  } else {
    const base::Duration lifetime = LifetimeOf(request);
    allocation.expires = now_ + lifetime;
    reply.Lifetime(lifetime);
  }
  reply.Send(client, proof.key, to_clients_);
}

void Server::Impl::CreatePermission(const Message& request, const Proof& proof,
                                    Allocation& allocation) {
  if (request.peers().empty()) return Refuse(request, allocation.client, proof, kBadRequest);
  for (const base::SocketAddress& peer : request.peers()) {
    if (!IsHostOfPeer(peer.ip)) return Refuse(request, allocation.client, proof, kForbidden);
    if (peer.ip.is_v4() != allocation.relayed.ip.is_v4())
      return Refuse(request, allocation.client, proof, kPeerAddressFamilyMismatch);
  }
  for (const base::SocketAddress& peer : request.peers()) allocation.Permit(peer.ip, now_);
  Reply(request).Send(allocation.client, proof.key, to_clients_);
}

void Server::Impl::BindChannel(const Message& request, const Proof& proof, Allocation& allocation) {
  const auto refuse = [&](ErrorCode code) { Refuse(request, allocation.client, proof, code); };
  if (!request.channel || *request.channel < kFirstChannel || *request.channel > kLastChannel ||
      request.peers().size() != 1)
    return refuse(kBadRequest);
  const base::SocketAddress& peer = request.peers().front();
  if (!IsPeer(peer)) return refuse(kForbidden);
  if (peer.ip.is_v4() != allocation.relayed.ip.is_v4()) return refuse(kPeerAddressFamilyMismatch);
  if (!allocation.Bind(*request.channel, peer, now_)) return refuse(kBadRequest);
  allocation.Permit(peer.ip, now_);
  Reply(request).Send(allocation.client, proof.key, to_clients_);
}

void Server::Impl::HandleSend(const Message& indication, const base::Path& client) {
  Allocation* allocation = allocations_.Find(client);
  if (!indication.data || indication.peers().size() != 1) {
    ++counters_.dropped_malformed;
  } else if (!allocation || !IsPeer(indication.peers().front()) ||
             !allocation->Permits(indication.peers().front().ip, now_)) {
    ++counters_.dropped_no_permission;
  } else {
    Relay(*allocation, indication.peers().front(), *indication.data);
  }
}

void Server::Impl::HandleChannelData(base::ByteView bytes, const base::Path& client) {
  const auto message = ReadChannelData(bytes);
  if (!message) {
    ++counters_.dropped_malformed;
    return;
  }
  Allocation* allocation = allocations_.Find(client);
  const auto peer = allocation ? allocation->PeerOf(message->channel, now_) : std::nullopt;
  if (!peer) {
    ++counters_.dropped_no_permission;
    return;
  }
  Relay(*allocation, *peer, message->data);
}

void Server::Impl::Relay(Allocation& allocation, const base::SocketAddress& peer,
                         base::ByteView data) {
  if (data.empty()) return;
  const auto size = static_cast<int64_t>(data.size());
  if (!allocation.from_client.Take(config_.max_rate.TimeFor(size), now_)) {
    ++counters_.dropped_rate;
    return;
  }
  ++counters_.relayed_in;
  counters_.relayed_in_bytes += data.size();
  allocation.NoteUse(peer);
  observer_.OnRelayed(allocation.PathTo(peer), data);
}

void Server::Impl::SendToClient(const base::Path& path, base::ByteView data, base::Time now) {
  Allocation* allocation = allocations_.FindRelayed(path.remote);
  if (!allocation || !allocation->Permits(path.local.ip, now)) {
    ++counters_.dropped_no_permission;
    return;
  }
  const auto size = static_cast<int64_t>(data.size());
  if (!allocation->to_client.Take(config_.max_rate.TimeFor(size), now)) {
    ++counters_.dropped_rate;
    return;
  }
  ++counters_.relayed_out;
  counters_.relayed_out_bytes += data.size();
  const auto channel = allocation->ChannelOf(path.local, now);
  const size_t room = data.size() + (channel ? kChannelHeaderSize + 3 : kIndicationOverhead);
  const std::span<uint8_t> out = to_clients_.Begin(allocation->client, room);
  size_t written = 0;
  if (channel && out.size() >= room) {
    base::ByteWriter writer(out);
    writer.U16(*channel);
    writer.U16(static_cast<uint16_t>(data.size()));
    writer.Write(data);
    writer.Zeros((4 - data.size() % 4) % 4);  // asked for on streams, allowed in datagrams
    written = writer.size();
  } else if (out.size() >= room) {
    ice::TransactionId transaction;
    random_.Fill(transaction);
    ice::StunWriter writer(out, StunClass::kIndication, transaction, kData);
    writer.XorAddress(StunAttribute::kXorPeerAddress, path.local);
    writer.Attribute(StunAttribute::kData, data);
    written = writer.Finish("");
  }
  to_clients_.Commit(written);
}

void Server::Impl::End(const Allocation& allocation) {
  const std::vector<base::SocketAddress> peers = allocation.used_peers();
  const base::SocketAddress relayed = allocation.relayed;
  allocations_.Remove(allocation);
  for (const base::SocketAddress& peer : peers)
    observer_.OnPathEnded({peer, relayed, base::TransportProtocol::kRelayed});
}

Server::Server(ServerConfig config, base::Random& random, ServerObserver& observer,
               base::DatagramSink& to_clients)
    : impl_(std::make_unique<Impl>(std::move(config), random, observer, to_clients)) {}
Server::~Server() = default;

void Server::HandleMessage(base::ByteView message, const base::Path& client, base::Time now,
                           base::WallTime wall) {
  impl_->HandleMessage(message, client, now, wall);
}
void Server::RemoveClient(const base::Path& client) { impl_->RemoveClient(client); }
void Server::SendToClient(const base::Path& path, base::ByteView data, base::Time now) {
  impl_->SendToClient(path, data, now);
}
base::Time Server::NextDeadline() const { return impl_->NextDeadline(); }
void Server::HandleTimeout(base::Time now) { impl_->HandleTimeout(now); }
bool Server::HasAllocation(const base::Path& client) const {
  return impl_->allocations().Find(client) != nullptr;
}
size_t Server::allocation_count() const { return impl_->allocations().size(); }
const ServerCounters& Server::counters() const { return impl_->counters(); }

}  // namespace plaza::turn
