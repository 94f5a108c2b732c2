// Byte streams over sockets: how servers and clients make them.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/event_loop.h"
#include "net/internal/byte_stream.h"
#include "net/internal/unique_fd.h"
#include "net/tls.h"
#include "net/uri.h"

namespace boost::asio::ssl {
class context;
}

namespace plaza::net {

using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

/// A server's context: TLS 1.2 and 1.3. An error names the file.
base::Result<TlsContext> MakeServerTls(const TlsFiles& files);

/// What a client trusts. An error names the file.
base::Result<TlsContext> MakeClientTls(const TlsTrust& trust);

/// Over a connected, non-blocking TCP socket of `family`.
std::shared_ptr<ByteStream> MakeTcpStream(EventLoop& loop, UniqueFd socket, int family);
/// `host` empty: the server's side; else the client's, which checks the certificate for `host`.
std::shared_ptr<ByteStream> MakeTlsStream(EventLoop& loop, UniqueFd socket, int family,
                                          TlsContext context, const std::string& host, bool verify);

struct Connected {
  std::shared_ptr<ByteStream> stream;
  base::SocketAddress remote;
};

/// Resolves, connects and for https and wss shakes hands, all until `deadline`. An error names the
/// host. `done` is called once, later.
void Connect(EventLoop& loop, const Url& url, const TlsTrust& trust, base::Time deadline,
             std::function<void(base::Result<Connected>)> done);

}  // namespace plaza::net
