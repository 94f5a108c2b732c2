// Packets in, fifty out.
#include "floor.h"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "base/random.h"
#include "srtp/session.h"

namespace plaza::bench {
namespace {

/// Header with transport-wide number, absolute send time and mid; VP8 descriptor. As the server's.
constexpr size_t kHeaderBytes = 28;
constexpr size_t kDescriptorBytes = 4;
constexpr size_t kMaxVideoBytes = 1100;

std::unique_ptr<net::UdpSocket> BindLoopback(net::EventLoop& loop, base::PacketPool& pool,
                                             net::UdpSocket::OnReceive on_receive) {
  auto socket = net::UdpSocket::Bind(loop, {base::IpAddress::V4(127, 0, 0, 1), 0}, pool,
                                     std::move(on_receive));
  if (socket) return std::move(*socket);
  std::fprintf(stderr, "bench sfu: %s\n", socket.error().message.c_str());
  std::exit(1);
}

std::vector<srtp::OutboundSession> MakeSessions(size_t count) {
  base::SystemRandom random;
  std::vector<srtp::OutboundSession> sessions;
  for (size_t i = 0; i < count; ++i) {
    std::array<uint8_t, 28> master;  // AES-128 key and salt of GCM
    random.Fill(master);
    sessions.push_back(
        std::move(*srtp::OutboundSession::Create(srtp::Profile::kAeadAes128Gcm, master)));
  }
  return sessions;
}

}  // namespace

FloorThread::FloorThread(std::vector<base::SocketAddress> receivers)
    : receivers_(std::move(receivers)), thread_([this] { Run(); }) {
  thread_id_.wait(0);
}

FloorThread::~FloorThread() {
  loop_.Stop();
  thread_.join();
}

void FloorThread::Run() {
  base::PacketPool pool;
  std::vector<srtp::OutboundSession> sessions = MakeSessions(receivers_.size());
  net::UdpSocket* out = nullptr;
  const auto socket = BindLoopback(loop_, pool, [&](std::span<net::ReceivedDatagram> batch) {
    for (const net::ReceivedDatagram& datagram : batch) {
      const base::ByteView packet = datagram.buffer.view();
      if (packet.size() <= kHeaderBytes) continue;
      for (size_t i = 0; i < receivers_.size(); ++i) {
        const auto room =
            out->Begin({address_, receivers_[i]}, packet.size() + srtp::kMaxRtpOverhead);
        if (room.empty()) continue;
        out->Commit(sessions[i]
                        .ProtectRtp(packet.first(kHeaderBytes), packet.subspan(kHeaderBytes), room)
                        .size);
      }
    }
  });
  out = socket.get();
  address_ = socket->local();
  thread_id_ = gettid();
  thread_id_.notify_all();
  loop_.Run();
}

FloorLoad::FloorLoad(net::EventLoop& loop, int receivers, const client::VideoPattern& video)
    : loop_(loop), video_(video), start_(loop.Now()), timer_(loop, [this] { SendFrame(); }) {
  std::vector<base::SocketAddress> addresses;
  for (int i = 0; i < receivers; ++i) {
    receivers_.push_back(BindLoopback(loop, pool_, [this](std::span<net::ReceivedDatagram> batch) {
      packets_ += batch.size();
      for (const net::ReceivedDatagram& datagram : batch) bytes_ += datagram.buffer.size();
    }));
    addresses.push_back(receivers_.back()->local());
  }
  source_ = BindLoopback(loop, pool_, [](std::span<net::ReceivedDatagram>) {});
  forwarder_ = std::make_unique<FloorThread>(std::move(addresses));
  SendFrame();
}

void FloorLoad::SendFrame() {
  const auto frame_bytes = static_cast<size_t>(video_.bitrate.bps() / 8 / video_.frame_rate);
  const size_t count = (frame_bytes + kMaxVideoBytes - 1) / kMaxVideoBytes;
  for (size_t i = 0; i < count; ++i) {
    const size_t size = kHeaderBytes + kDescriptorBytes + frame_bytes / count;
    const auto room = source_->Begin({source_->local(), forwarder_->address()}, size);
    if (room.empty()) continue;
    base::ByteWriter writer(room);
    writer.U16(0x9060);  // version 2, an extension; payload type 96
    writer.U16(sequence_number_++);
    writer.U32(static_cast<uint32_t>(frame_ * 90'000 / video_.frame_rate));
    writer.U32(1);            // SSRC
    writer.U32(0xbede'0003);  // three words of elements
    writer.Zeros(size - writer.size());
    source_->Commit(size);
  }
  ++frame_;
  timer_.Set(start_ + base::Duration(frame_ * 1'000'000 / video_.frame_rate));
}

}  // namespace plaza::bench
