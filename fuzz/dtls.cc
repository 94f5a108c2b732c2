// A client and a server shake hands while arbitrary datagrams come between. Input: steps of one
// byte and what belongs to it; see Scene::Step(). OpenSSL's clock and randomness are simulated.
#include <cstdlib>
#include <memory>
#include <utility>

#include "dtls/context.h"
#include "dtls/testing/link.h"
#include "dtls/testing/simulated_openssl.h"

namespace {

using plaza::base::ByteReader;
using plaza::base::Bytes;
using plaza::base::ByteView;
namespace base = plaza::base;
namespace dtls = plaza::dtls;

void Require(bool holds) {
  if (!holds) std::abort();
}

dtls::Context& SharedContext() {
  static const std::unique_ptr<dtls::Context> context = [] {
    const base::FakeClock clock;
    const dtls::testing::SimulatedOpenSsl openssl(clock, 1);
    const auto certificate = dtls::Certificate::Generate(clock.WallNow());
    return dtls::Context::Create(certificate.value()).value();
  }();
  return *context;
}

class Scene {
 public:
  Scene() {
    const auto& own = SharedContext().local_fingerprint();
    client_.transport =
        SharedContext()
            .Create({.role = dtls::Role::kClient, .remote_fingerprints = {own}}, client_)
            .value();
    server_.transport =
        SharedContext()
            .Create({.role = dtls::Role::kServer, .remote_fingerprints = {own}}, server_)
            .value();
  }

  void Step(ByteReader& input) {
    switch (input.U8() % 8) {
      case 0:
        return client_.transport->Start(clock_.Now());
      case 1:
        return Carry(client_, server_, input, false);
      case 2:
        return Carry(server_, client_, input, false);
      case 3:
        return Carry(client_, server_, input, true);
      case 4:
        return Carry(server_, client_, input, true);
      case 5:
        return server_.transport->HandleDatagram(input.Read(input.U16() % 2048), clock_.Now());
      case 6:
        return client_.transport->HandleDatagram(input.Read(input.U16() % 2048), clock_.Now());
      case 7:
        return Wait(std::chrono::milliseconds(input.U16()));
    }
  }

  void Check() const {
    for (const auto* end : {&client_, &server_}) {
      Require(end->connected <= 1 && end->closed + end->failed <= 1);
      for (const Bytes& datagram : end->sent) Require(datagram.size() <= dtls::kMaxDatagramSize);
    }
    if (client_.connected && server_.connected) {
      Require(client_.keys.local == server_.keys.remote);
      Require(client_.keys.remote == server_.keys.local);
    }
  }

 private:
  using Endpoint = dtls::testing::Endpoint;

  void Carry(Endpoint& from, Endpoint& to, ByteReader& input, bool damage) {
    if (from.sent.empty()) return;
    Bytes datagram = std::move(from.sent.front());
    from.sent.pop_front();
    if (damage) datagram[input.U16() % datagram.size()] ^= input.U8();
    to.transport->HandleDatagram(datagram, clock_.Now());
  }

  void Wait(base::Duration span) {
    clock_.Advance(span);
    client_.transport->HandleTimeout(clock_.Now());
    server_.transport->HandleTimeout(clock_.Now());
  }

  base::FakeClock clock_;
  const dtls::testing::SimulatedOpenSsl openssl_{clock_, 2};
  Endpoint client_;
  Endpoint server_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  SharedContext();
  Scene scene;
  ByteReader input({data, size});
  for (int steps = 0; steps < 200 && !input.AtEnd() && input.ok(); ++steps) scene.Step(input);
  scene.Check();
  return 0;
}
