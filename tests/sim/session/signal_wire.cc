#include "session/signal_wire.h"

#include <algorithm>
#include <utility>

namespace plaza::sim {
namespace {

/// As WebSocket libraries report a socket that broke.
constexpr int kBroken = 1006;

}  // namespace

struct SignalWire::Socket final : room::SessionSocket, std::enable_shared_from_this<Socket> {
  explicit Socket(SignalWire& of) : wire(of) {}

  void SendText(std::string text) override {
    wire.Down(shared_from_this(), [this, text = std::move(text)] {
      wire.client_->OnSocketText(text, wire.world_.now());
    });
  }
  void Close(int code, std::string_view) override {
    at_server = false;
    wire.Down(shared_from_this(), [this, code] {
      wire.current_.reset();
      wire.client_->OnSocketClosed(code, wire.world_.now());
    });
  }

  SignalWire& wire;
  bool at_server = false;  // the server knows it
  bool broken = false;
  base::Time last_up{};
  base::Time last_down{};
};

SignalWire::~SignalWire() { *alive_ = false; }

base::Time SignalWire::NextAt(base::Time& last) {
  last = std::max({last, world_.now() + delay_, stalled_until_});
  return last;
}

void SignalWire::Down(const std::shared_ptr<Socket>& socket, std::function<void()> what) {
  if (socket->broken) return;
  world_.At(NextAt(socket->last_down), [this, socket, alive = alive_, what = std::move(what)] {
    if (*alive && current_ == socket && !socket->broken) what();
  });
}

void SignalWire::Up(const std::shared_ptr<Socket>& socket,
                    std::function<void(room::SignalDoor&)> what) {
  if (socket->broken) return;
  world_.At(NextAt(socket->last_up), [this, socket, alive = alive_, what = std::move(what)] {
    room::SignalDoor* door = *alive && !socket->broken ? find_door_() : nullptr;
    if (door) what(*door);
  });
}

void SignalWire::Tell(std::function<void(client::Participant&)> what) {
  world_.In({}, [this, alive = alive_, what = std::move(what)] {
    if (*alive) what(*client_);
  });
}

void SignalWire::Open() {
  const auto socket = current_ = std::make_shared<Socket>(*this);
  const bool refused = world_.now() < refused_until_;
  const auto refuse = [this, socket] {
    current_.reset();
    client_->OnSocketClosed(kBroken, world_.now());
  };
  // The round trip of a TCP handshake.
  const base::Time answered =
      refused ? world_.now() + 2 * delay_ : NextAt(socket->last_up) + delay_;
  world_.At(answered, [this, socket, alive = alive_, refused, refuse] {
    if (!*alive || current_ != socket) return;
    room::SignalDoor* door = refused || socket->broken ? nullptr : find_door_();
    if (!door) return refuse();
    socket->at_server = true;
    sockets_.push_back(socket);
    door->OnOpen(socket.get(), "sim");
    Down(socket, [this] { client_->OnSocketOpened(world_.now()); });
  });
}

void SignalWire::Send(std::string text) {
  const auto socket = current_;
  Up(socket, [socket, text = std::move(text)](room::SignalDoor& door) {
    if (socket->at_server) door.OnText(socket.get(), text);
  });
}

void SignalWire::Close(int) {
  const auto socket = std::exchange(current_, nullptr);
  if (!socket) return;
  Up(socket, [socket](room::SignalDoor& door) {
    if (std::exchange(socket->at_server, false)) door.OnClose(socket.get());
  });
}

void SignalWire::Break(base::Duration server_learns_after) {
  const auto socket = std::exchange(current_, nullptr);
  if (!socket) return;
  socket->broken = true;
  Tell([this](client::Participant& client) { client.OnSocketClosed(kBroken, world_.now()); });
  world_.In(server_learns_after, [this, socket, alive = alive_] {
    room::SignalDoor* door = *alive ? find_door_() : nullptr;
    if (door && std::exchange(socket->at_server, false)) door->OnClose(socket.get());
  });
}

void SignalWire::Stall(base::Duration span) {
  stalled_until_ = std::max(stalled_until_, world_.now() + span);
}

void SignalWire::Refuse(base::Duration span) {
  Stall(span);
  refused_until_ = std::max(refused_until_, world_.now() + span);
}

void SignalWire::OnServerGone() {
  for (const auto& socket : sockets_) socket->at_server = false;
  sockets_.clear();
  Break({});
}

}  // namespace plaza::sim
