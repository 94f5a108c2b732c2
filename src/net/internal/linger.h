// Closing a connection without losing what was written last.
#pragma once

#include <memory>

#include "net/event_loop.h"
#include "net/internal/byte_stream.h"

namespace plaza::net {

/// Says that nothing follows and reads off what the other side still sends, until it closes too,
/// for a short time: closing with unread bytes would reset the connection, and the other side lose
/// our last words. No read may be in progress. `keep` is held until then.
void LingerClose(EventLoop& loop, std::shared_ptr<ByteStream> stream, std::shared_ptr<void> keep);

}  // namespace plaza::net
