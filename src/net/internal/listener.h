// Accepts TCP connections.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "base/socket_address.h"
#include "net/event_loop.h"
#include "net/internal/unique_fd.h"

namespace plaza::net {

class Listener {
 public:
  /// Gets the non-blocking socket of each connection, and its other end.
  using OnAccept = std::function<void(UniqueFd socket, const base::SocketAddress& remote)>;

  /// Port 0 takes a free one; "::" takes IPv4 as well. An error is one line that names `what`
  /// ("HTTP") and the address.
  static base::Result<std::unique_ptr<Listener>> Open(EventLoop& loop, std::string_view what,
                                                      const base::SocketAddress& address,
                                                      OnAccept on_accept);

  /// With the port that was taken.
  const base::SocketAddress& local() const { return local_; }

 private:
  Listener(EventLoop& loop, UniqueFd fd, const base::SocketAddress& local, OnAccept on_accept);
  void Accept();

  EventLoop& loop_;
  const base::SocketAddress local_;
  const std::shared_ptr<const OnAccept> on_accept_;
  UniqueFd fd_;
  FdWatch watch_;
  Timer retry_;
};

}  // namespace plaza::net
