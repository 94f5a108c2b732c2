#include "sctp/socket.h"

#include <deque>
#include <utility>
#include <variant>

#include "sctp/internal/channels.h"

namespace plaza::sctp {
namespace {

struct Connected {};
struct Closed {
  std::string reason;
};
struct ChannelOpened {
  ChannelId channel;
  ChannelConfig config;
};
struct ChannelClosed {
  ChannelId channel;
};
struct Message {
  ChannelId channel;
  MessageKind kind;
  base::Bytes bytes;
};
using Event = std::variant<Connected, Closed, ChannelOpened, ChannelClosed, Message>;

void Tell(SocketObserver& observer, const Event& event) {
  struct {
    SocketObserver& to;
    void operator()(const Connected&) const { to.OnSctpConnected(); }
    void operator()(const Closed& e) const { to.OnSctpClosed(e.reason); }
    void operator()(const ChannelOpened& e) const { to.OnChannelOpened(e.channel, e.config); }
    void operator()(const ChannelClosed& e) const { to.OnChannelClosed(e.channel); }
    void operator()(const Message& e) const { to.OnChannelMessage(e.channel, e.kind, e.bytes); }
  } const visitor{observer};
  std::visit(visitor, event);
}

}  // namespace

// Events wait until the parts have done their work, so that an observer may call anything.
struct Socket::Parts final : internal::AssociationObserver, internal::ChannelsObserver {
  Parts(const Options& described, base::Random& random, SocketObserver& hears)
      : options(described),
        observer(hears),
        association(options, random, *this),
        channels(options, association, *this) {}

  /// At the end of each function of the socket.
  void Finish(base::Time now) {
    channels.SendDue(now);
    TellEvents();
  }
  void TellEvents() {
    if (std::exchange(telling, true)) return;
    while (!events.empty()) {
      const Event event = std::move(events.front());
      events.pop_front();
      Tell(observer, event);
    }
    telling = false;
  }

  // internal::AssociationObserver
  void OnPacketToSend(base::ByteView packet) override { observer.OnSctpPacket(packet); }
  void OnEstablished() override { events.emplace_back(Connected()); }
  void OnEnded(const std::string& reason) override { events.emplace_back(Closed{reason}); }
  void OnMessage(internal::ReceivedMessage message) override {
    channels.OnMessage(std::move(message));
  }
  void OnIncomingReset(const std::vector<uint16_t>& streams) override {
    channels.OnIncomingReset(streams);
  }
  void OnOutgoingReset(uint16_t stream) override { channels.OnOutgoingReset(stream); }

  // internal::ChannelsObserver
  void OnOpened(ChannelId channel, const ChannelConfig& config) override {
    events.emplace_back(ChannelOpened{channel, config});
  }
  void OnClosed(ChannelId channel) override { events.emplace_back(ChannelClosed{channel}); }
  void OnMessage(ChannelId channel, MessageKind kind, base::Bytes message) override {
    events.emplace_back(Message{channel, kind, std::move(message)});
  }

  const Options options;
  SocketObserver& observer;
  internal::Association association;
  internal::Channels channels;
  std::deque<Event> events;
  bool telling = false;
};

Socket::Socket(const Options& options, base::Random& random, SocketObserver& observer)
    : parts_(std::make_unique<Parts>(options, random, observer)) {}

Socket::~Socket() = default;

void Socket::Connect(base::Time now) { parts_->association.Connect(now); }

void Socket::HandlePacket(base::ByteView packet, base::Time now) {
  parts_->association.HandlePacket(packet, now);
  parts_->Finish(now);
}

base::Time Socket::NextDeadline() const { return parts_->association.NextDeadline(); }

void Socket::HandleTimeout(base::Time now) {
  parts_->association.HandleTimeout(now);
  parts_->Finish(now);
}

base::Result<ChannelId> Socket::Open(const ChannelConfig& config, base::Time now) {
  auto channel = parts_->channels.Open(config, now);
  parts_->Finish(now);
  return channel;
}

base::Status Socket::Send(ChannelId channel, MessageKind kind, base::ByteView message,
                          base::Time now) {
  auto sent = parts_->channels.Send(channel, kind, message, now);
  parts_->Finish(now);
  return sent;
}

size_t Socket::BufferedAmount(ChannelId channel) const {
  return parts_->association.BytesWaiting(channel.value());
}

void Socket::Close(ChannelId channel, base::Time now) {
  if (state() == SocketState::kClosed) return;
  parts_->channels.Close(channel, now);
  parts_->Finish(now);
}

void Socket::Shutdown(base::Time now) {
  parts_->association.Shutdown(now);
  parts_->Finish(now);
}

void Socket::Abort(const std::string& reason) {
  parts_->association.Abort(reason);
  parts_->TellEvents();
}

SocketState Socket::state() const {
  using State = internal::Association::State;
  switch (parts_->association.state()) {
    case State::kClosed:
      return SocketState::kNew;
    case State::kCookieWait:
    case State::kCookieEchoed:
      return SocketState::kConnecting;
    case State::kEstablished:
      return SocketState::kConnected;
    case State::kShutdownPending:
    case State::kShutdownSent:
    case State::kShutdownReceived:
    case State::kShutdownAckSent:
      return SocketState::kClosing;
    case State::kEnded:
      break;
  }
  return SocketState::kClosed;
}

Stats Socket::stats() const {
  Stats stats = parts_->association.stats();
  stats.messages_unwanted = parts_->channels.unwanted();
  return stats;
}

}  // namespace plaza::sctp
