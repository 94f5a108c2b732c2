// Wiring of sockets to a participant.
#include "tools/client/participant_host.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "dtls/certificate.h"
#include "dtls/context.h"
#include "net/websocket_client.h"

namespace plaza::tools {
namespace {

std::unique_ptr<dtls::TransportFactory> MakeDtls(base::WallTime now) {
  const auto certificate = dtls::Certificate::Generate(now);
  if (!certificate) return nullptr;
  auto context = dtls::Context::Create(*certificate);
  return context ? std::move(*context) : nullptr;
}

}  // namespace

base::Result<std::unique_ptr<ParticipantHost>> ParticipantHost::Create(
    net::EventLoop& loop, base::PacketPool& pool, HostOptions options, client::Config config,
    client::ParticipantObserver& observer) {
  std::unique_ptr<ParticipantHost> host(new ParticipantHost(loop, std::move(options)));
  auto udp = net::UdpSocket::Bind(
      loop, {host->options_.local, 0}, pool,
      [raw = host.get()](std::span<net::ReceivedDatagram> batch) { raw->OnDatagrams(batch); });
  if (!udp) return std::move(udp).error();
  host->udp_ = std::move(*udp);
  config.addresses = {host->udp_->local()};
  config.make_dtls = [&loop] { return MakeDtls(loop.clock().WallNow()); };
  host->participant_ = std::make_unique<client::Participant>(
      std::move(config), host->random_, static_cast<client::SignalSocket&>(*host), *host->udp_,
      observer);
  return host;
}

ParticipantHost::ParticipantHost(net::EventLoop& loop, HostOptions options)
    : loop_(loop), options_(std::move(options)), timer_(loop, [this] {
        participant_->HandleTimeout(loop_.Now());
        SetTimer();
      }) {}

ParticipantHost::~ParticipantHost() {
  if (socket_) socket_->Close();
}

void ParticipantHost::Enter() {
  participant_->Enter(loop_.Now());
  SetTimer();
}

void ParticipantHost::Leave() {
  participant_->Leave(loop_.Now());
  SetTimer();
}

void ParticipantHost::Watch(const std::vector<signal::StreamWish>& wishes) {
  participant_->Watch(wishes, loop_.Now());
  SetTimer();
}

void ParticipantHost::SetTrack(signal::MediaKind kind, bool published, bool muted) {
  participant_->SetTrack(kind, published, muted, loop_.Now());
  SetTimer();
}

void ParticipantHost::OnDatagrams(std::span<net::ReceivedDatagram> batch) {
  for (net::ReceivedDatagram& datagram : batch)
    participant_->HandleDatagram(std::move(datagram.buffer), datagram.path, datagram.arrival);
  SetTimer();
}

void ParticipantHost::OpenWhep() {
  whep_ = std::make_unique<WhepChannel>(
      loop_, *options_.whep,
      [this](const std::string& text) {
        participant_->OnSocketText(text, loop_.Now());
        SetTimer();
      },
      [this](int code) {
        participant_->OnSocketClosed(code, loop_.Now());
        SetTimer();
      });
  loop_.Post([this, life = std::weak_ptr<int>(life_)] {
    if (life.expired()) return;
    participant_->OnSocketOpened(loop_.Now());
    SetTimer();
  });
}

void ParticipantHost::Open() {
  life_ = std::make_shared<int>();
  if (options_.whep) return OpenWhep();
  net::WebSocketClientOptions options;
  options.trust = options_.trust;
  net::OpenWebSocket(loop_, options_.signal_url, options,
                     [this, life = std::weak_ptr<int>(life_)](
                         base::Result<std::shared_ptr<net::WebSocket>> opened) {
                       if (life.expired()) {
                         if (opened) (*opened)->Close();
                         return;
                       }
                       if (opened) return OnOpened(std::move(*opened));
                       participant_->OnSocketClosed(net::kWsAbnormal, loop_.Now());
                       SetTimer();
                     });
}

void ParticipantHost::OnOpened(std::shared_ptr<net::WebSocket> socket) {
  socket_ = std::move(socket);
  socket_->OnMessage([this, life = std::weak_ptr<int>(life_)](std::string_view text) {
    if (life.expired()) return;
    participant_->OnSocketText(text, loop_.Now());
    SetTimer();
  });
  socket_->OnClose([this, life = std::weak_ptr<int>(life_)](const net::WebSocketClosed& closed) {
    if (life.expired()) return;
    socket_.reset();
    participant_->OnSocketClosed(closed.code, loop_.Now());
    SetTimer();
  });
  participant_->OnSocketOpened(loop_.Now());
  SetTimer();
}

void ParticipantHost::Send(std::string text) {
  if (whep_) return whep_->Send(text);
  if (socket_) socket_->Send(std::move(text));
}

void ParticipantHost::Close(int code) {
  life_.reset();
  whep_.reset();
  if (const auto socket = std::exchange(socket_, nullptr))
    socket->Close(static_cast<uint16_t>(code));
}

base::Result<base::IpAddress> LocalAddressTowards(const std::string& host, uint16_t port) {
  const auto failed = [&](const char* what) {
    return base::Error{base::ErrorKind::kUnavailable, "\"" + host + "\": " + what, "server"};
  };
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0)
    return failed("no such host");
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> guard(found, &freeaddrinfo);
  for (const addrinfo* a = found; a; a = a->ai_next) {
    const int fd = socket(a->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) continue;
    sockaddr_storage local{};
    socklen_t size = sizeof local;
    auto* address = reinterpret_cast<sockaddr*>(&local);
    std::array<char, NI_MAXHOST> text{};
    const bool ok =
        connect(fd, a->ai_addr, a->ai_addrlen) == 0 && getsockname(fd, address, &size) == 0 &&
        getnameinfo(address, size, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) == 0;
    close(fd);
    if (const auto ip = ok ? base::IpAddress::Parse(text.data()) : std::nullopt) return *ip;
  }
  return failed("no way there");
}

}  // namespace plaza::tools
