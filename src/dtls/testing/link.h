// Two transports and a bad network between them, driven by a fake clock.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "dtls/transport.h"

namespace plaza::dtls::testing {

/// One end: records what its transport says.
class Endpoint final : public TransportObserver {
 public:
  void OnDtlsDatagram(base::ByteView datagram) override {
    sent.emplace_back(datagram.begin(), datagram.end());
  }
  void OnDtlsConnected(const SrtpKeys& agreed) override {
    ++connected;
    keys = agreed;
  }
  void OnDtlsData(base::ByteView data) override { received.emplace_back(base::AsText(data)); }
  void OnDtlsClosed() override { ++closed; }
  void OnDtlsFailed(const std::string& reason) override {
    ++failed;
    failure = reason;
  }

  std::unique_ptr<Transport> transport;
  std::deque<base::Bytes> sent;  ///< datagrams that wait to be carried
  std::vector<std::string> received;
  SrtpKeys keys;
  int connected = 0;
  int closed = 0;
  int failed = 0;
  std::string failure;
};

/// What happens to one datagram on its way: it arrives this many times (0: lost).
using Fate = std::function<int(base::ByteView datagram, bool from_client)>;

/// Carries datagrams at once and moves `clock` from deadline to deadline, until both ends are
/// connected, one has ended, or `limit` has passed.
class Link {
 public:
  Link(Endpoint& client, Endpoint& server, base::FakeClock& clock)
      : client_(client), server_(server), clock_(clock) {}

  void SetFate(Fate fate) { fate_ = std::move(fate); }
  void Run(base::Duration limit = std::chrono::seconds(60));
  /// Carries what waits, and what that leads to, without moving the clock.
  void Carry();

 private:
  void CarryFrom(Endpoint& from, Endpoint& to);
  bool Settled() const;

  Endpoint& client_;
  Endpoint& server_;
  base::FakeClock& clock_;
  Fate fate_ = [](base::ByteView, bool) { return 1; };
};

}  // namespace plaza::dtls::testing
