// The way from a loop to Asio, for the sources that work with it.
#pragma once

#include "net/event_loop.h"

namespace boost::asio {
class io_context;
}

namespace plaza::net {

boost::asio::io_context& IoContext(EventLoop& loop);

}  // namespace plaza::net
