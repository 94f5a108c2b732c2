// Connects, then asks for the upgrade.
#include "net/websocket_client.h"

#include <utility>

#include "net/internal/socket_stream.h"
#include "net/internal/websocket_session.h"
#include "net/uri.h"

namespace plaza::net {

void OpenWebSocket(EventLoop& loop, const std::string& url_text, WebSocketClientOptions options,
                   std::function<void(base::Result<std::shared_ptr<WebSocket>>)> done) {
  auto url = ParseUrl(url_text);
  if (url && url->scheme != "ws" && url->scheme != "wss")
    url = base::InvalidArgument("url", "must begin with ws:// or wss://");
  if (!url) {
    loop.Post([done = std::move(done), error = url.error()] { done(error); });
    return;
  }
  const base::Time deadline = loop.Now() + options.websocket.handshake_timeout;
  const TlsTrust trust = options.trust;
  Connect(loop, *url, trust, deadline,
          [&loop, url = *url, deadline, options = std::move(options),
           done = std::move(done)](base::Result<Connected> connected) {
            if (!connected) return done(connected.error());
            WebSocketSetup setup{loop, std::move(connected->stream), options.websocket,
                                 connected->remote, deadline};
            RequestWebSocket(std::move(setup), url.HostField(), url.target, options.headers, done);
          });
}

}  // namespace plaza::net
