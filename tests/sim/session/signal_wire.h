// The way of one client's signalling sockets: frames go in order, each after its delay, until the
// socket breaks.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "client/participant.h"
#include "client/signal_socket.h"
#include "harness/world.h"
#include "room/session/door.h"

namespace plaza::sim {

class SignalWire final : public client::SignalSocket {
 public:
  /// Gives the server's door; null while there is no server.
  using FindDoor = std::function<room::SignalDoor*()>;

  SignalWire(World& world, base::Duration delay, FindDoor find_door)
      : world_(world), delay_(delay), find_door_(std::move(find_door)) {}
  ~SignalWire() override;
  SignalWire(const SignalWire&) = delete;
  SignalWire& operator=(const SignalWire&) = delete;

  /// Who sits at this end.
  void SetClient(client::Participant* client) { client_ = client; }

  // client::SignalSocket
  void Open() override;
  void Send(std::string text) override;
  void Close(int code) override;

  /// The socket breaks, and what is under way is lost. The client learns of it at once; the server
  /// after so long, if its pings have not told it before.
  void Break(base::Duration server_learns_after);
  /// For so long nothing passes; then everything does, in order, as TCP does it.
  void Stall(base::Duration span);
  /// Stalls, and sockets can't be opened meanwhile.
  void Refuse(base::Duration span);
  /// The server is gone, its end of all sockets with it.
  void OnServerGone();

 private:
  struct Socket;

  void Down(const std::shared_ptr<Socket>& socket, std::function<void()> what);
  void Up(const std::shared_ptr<Socket>& socket, std::function<void(room::SignalDoor&)> what);
  base::Time NextAt(base::Time& last);
  /// What the client is told later than anything that it has begun now.
  void Tell(std::function<void(client::Participant&)> what);

  World& world_;
  const base::Duration delay_;
  FindDoor find_door_;
  client::Participant* client_ = nullptr;
  std::shared_ptr<Socket> current_;               // the client's
  std::vector<std::shared_ptr<Socket>> sockets_;  // that the server may still know
  base::Time stalled_until_{};
  base::Time refused_until_{};
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace plaza::sim
