#include "api/signal_socket.h"

#include <memory>

#include "signal/codec.h"

namespace plaza::api {
namespace {

// Lives as long as the WebSocket's callbacks do.
class Socket final : public room::SessionSocket {
 public:
  explicit Socket(std::shared_ptr<net::WebSocket> socket) : socket_(std::move(socket)) {}

  void SendText(std::string text) override { socket_->Send(std::move(text)); }
  void Close(int code, std::string_view reason) override {
    socket_->Close(static_cast<uint16_t>(code), reason);
  }

 private:
  std::shared_ptr<net::WebSocket> socket_;
};

}  // namespace

void MountSignalSocket(net::HttpServer& server, room::SignalDoor& door) {
  net::WebSocketRoute route;
  route.path = "/v1/signal";
  // Somewhat more than is legal gets through, so that the door can say what is wrong.
  route.options.max_message_bytes = signal::kMaxFrameBytes * 2;
  route.on_open = [&door](std::shared_ptr<net::WebSocket> web_socket,
                          const net::HttpRequest& request) {
    const auto socket = std::make_shared<Socket>(web_socket);
    web_socket->OnMessage([&door, socket](std::string_view text) {
      if (text.size() > signal::kMaxFrameBytes) return door.OnUnreadable(socket.get(), true);
      door.OnText(socket.get(), text);
    });
    web_socket->OnClose(
        [&door, socket](const net::WebSocketClosed&) { door.OnClose(socket.get()); });
    door.OnOpen(socket.get(), request.remote.ToString());
  };
  server.Route(std::move(route));
}

}  // namespace plaza::api
