// A connection of bytes over a byte stream.
#pragma once

#include <memory>
#include <string>

#include "base/time.h"
#include "net/connection.h"
#include "net/event_loop.h"
#include "net/internal/byte_stream.h"

namespace plaza::net {

struct ByteConnectionSetup {
  EventLoop& loop;
  std::shared_ptr<ByteStream> stream;
  base::SocketAddress remote;
  size_t max_queued_bytes = 0;
  base::Duration write_timeout{};   ///< no byte taken by the other side for so long: closed
  std::shared_ptr<void> keep = {};  ///< dropped when the connection is gone
};

/// `begin` is what was read already. `on_open` gets the connection and sets its callbacks.
void OpenByteConnection(ByteConnectionSetup setup, std::string begin,
                        const std::function<void(std::shared_ptr<Connection>)>& on_open);

}  // namespace plaza::net
