// The sender's cost of a datagram to 50 receivers over loopback: sendto, sendmmsg, and UdpSocket
// with and without GSO. CPU time of the sending thread; the receivers' sockets are drained by
// another thread and not counted.
#include <pthread.h>
#include <sched.h>
#include <sys/socket.h>
#include <time.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "net/event_loop.h"
#include "net/internal/sockaddr.h"
#include "net/udp_socket.h"

namespace plaza::net {
namespace {

constexpr size_t kReceivers = 50;
constexpr size_t kPacketBytes = 1200;
constexpr int kTurns = 1000;

int64_t ThreadNanoseconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

void PinTo(unsigned core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core % std::max(1u, std::thread::hardware_concurrency()), &set);
  pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

// Fifty sockets that a thread of their own drains.
class Receivers {
 public:
  explicit Receivers(bool gro) {
    thread_ = std::thread([this, gro] {
      PinTo(1);
      EventLoop loop;
      base::PacketPool pool;
      UdpOptions options;
      options.gro = gro;
      std::vector<std::unique_ptr<UdpSocket>> sockets;
      for (size_t i = 0; i < kReceivers; ++i) {
        auto socket = UdpSocket::Bind(
            loop, *base::SocketAddress::Parse("127.0.0.1:0"), pool,
            [this](std::span<ReceivedDatagram> batch) { received_ += batch.size(); }, options);
        if (!socket) std::abort();
        addresses_[i] = (*socket)->local();
        sockets.push_back(std::move(*socket));
      }
      loop_ = &loop;
      loop.Run();
    });
    while (!loop_) std::this_thread::yield();
  }
  ~Receivers() {
    (*loop_).Stop();
    thread_.join();
  }
  const base::SocketAddress& address(size_t i) const { return addresses_[i]; }
  uint64_t received() const { return received_; }

 private:
  std::array<base::SocketAddress, kReceivers> addresses_;
  std::atomic<EventLoop*> loop_{nullptr};
  std::atomic<uint64_t> received_{0};
  std::thread thread_;
};

struct Row {
  std::string method;
  int packets_per_receiver;
  double nanoseconds;
  double received_share;
};

// Until the receivers have read what is queued.
void Settle() { std::this_thread::sleep_for(std::chrono::milliseconds(50)); }

// `turn` sends `packets` datagrams to each receiver.
Row Measure(const std::string& method, int packets, bool gro,
            const std::function<void(const Receivers&)>& turn) {
  Receivers receivers(gro);
  for (int i = 0; i < kTurns / 10; ++i) turn(receivers);
  Settle();
  const uint64_t before = receivers.received();
  const int64_t begin = ThreadNanoseconds();
  for (int i = 0; i < kTurns; ++i) turn(receivers);
  const double spent = static_cast<double>(ThreadNanoseconds() - begin);
  const double sent = static_cast<double>(kTurns) * packets * kReceivers;
  Settle();
  return {method, packets, spent / sent, static_cast<double>(receivers.received() - before) / sent};
}

class PlainSender {
 public:
  PlainSender() : fd_(socket(AF_INET, SOCK_DGRAM, 0)) {
    const int size = 8 << 20;
    setsockopt(fd_, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size);
  }
  ~PlainSender() { close(fd_); }

  // Packet by packet to all receivers, as they come from the publisher.
  void SendTo(const Receivers& receivers, int packets) {
    for (int p = 0; p < packets; ++p) {
      for (size_t i = 0; i < kReceivers; ++i) {
        std::memset(bytes_.data(), p, bytes_.size());
        KernelAddress address;
        const socklen_t length = ToKernel(receivers.address(i), AF_INET, address);
        sendto(fd_, bytes_.data(), bytes_.size(), 0, &address.any, length);
      }
    }
  }

  void SendMany(const Receivers& receivers, int packets) {
    for (int p = 0; p < packets; ++p) {
      std::array<mmsghdr, kReceivers> messages{};
      std::array<KernelAddress, kReceivers> addresses;
      std::array<iovec, kReceivers> vectors;
      for (size_t i = 0; i < kReceivers; ++i) {
        std::memset(many_[i].data(), p, many_[i].size());
        vectors[i] = {many_[i].data(), many_[i].size()};
        msghdr& header = messages[i].msg_hdr;
        header.msg_name = &addresses[i];
        header.msg_namelen = ToKernel(receivers.address(i), AF_INET, addresses[i]);
        header.msg_iov = &vectors[i];
        header.msg_iovlen = 1;
      }
      sendmmsg(fd_, messages.data(), kReceivers, 0);
    }
  }

 private:
  const int fd_;
  std::array<uint8_t, kPacketBytes> bytes_{};
  std::array<std::array<uint8_t, kPacketBytes>, kReceivers> many_{};
};

class BatchSender {
 public:
  explicit BatchSender(bool gso) {
    UdpOptions options;
    options.gso = gso;
    auto bound = UdpSocket::Bind(
        loop_, *base::SocketAddress::Parse("127.0.0.1:0"), pool_,
        [](std::span<ReceivedDatagram>) {}, options);
    if (!bound) std::abort();
    socket_ = std::move(*bound);
  }

  void Send(const Receivers& receivers, int packets) {
    for (int p = 0; p < packets; ++p) {
      for (size_t i = 0; i < kReceivers; ++i) {
        const auto room = socket_->Begin({socket_->local(), receivers.address(i)}, kPacketBytes);
        if (!room.empty()) std::memset(room.data(), p, room.size());
        socket_->Commit(room.size());
      }
    }
    socket_->Flush();
  }

 private:
  EventLoop loop_;
  base::PacketPool pool_;
  std::unique_ptr<UdpSocket> socket_;
};

std::vector<Row> MeasureAll() {
  std::vector<Row> rows;
  for (const int packets : {1, 2, 3, 5, 8}) {
    PlainSender plain;
    BatchSender batch(false), gso(true);
    rows.push_back(
        Measure("sendto", packets, false, [&](const Receivers& r) { plain.SendTo(r, packets); }));
    rows.push_back(Measure("sendmmsg", packets, false,
                           [&](const Receivers& r) { plain.SendMany(r, packets); }));
    rows.push_back(
        Measure("UdpSocket", packets, false, [&](const Receivers& r) { batch.Send(r, packets); }));
    rows.push_back(Measure("UdpSocket+GSO", packets, false,
                           [&](const Receivers& r) { gso.Send(r, packets); }));
    rows.push_back(Measure("UdpSocket+GSO, GRO", packets, true,
                           [&](const Receivers& r) { gso.Send(r, packets); }));
  }
  return rows;
}

void Print(const std::vector<Row>& rows) {
  std::printf("%-22s %10s %12s %10s %10s\n", "method", "pkts/turn", "ns/packet", "of sendto",
              "received");
  double reference = 0;
  for (const Row& row : rows) {
    if (row.method == "sendto") reference = row.nanoseconds;
    std::printf("%-22s %10d %12.0f %10.2f %9.0f%%\n", row.method.c_str(), row.packets_per_receiver,
                row.nanoseconds, row.nanoseconds / reference, 100 * row.received_share);
  }
}

void WriteJson(const std::vector<Row>& rows, const char* path) {
  std::ofstream out(path);
  out << "[";
  for (size_t i = 0; i < rows.size(); ++i)
    out << (i > 0 ? ",\n " : "") << "{\"method\": \"" << rows[i].method
        << "\", \"packets_per_receiver\": " << rows[i].packets_per_receiver
        << ", \"ns_per_packet\": " << rows[i].nanoseconds
        << ", \"received\": " << rows[i].received_share << "}";
  out << "]\n";
}

}  // namespace
}  // namespace plaza::net

// With an argument, also writes the table as JSON there.
int main(int argc, char** argv) {
  plaza::net::PinTo(0);
  const auto rows = plaza::net::MeasureAll();
  plaza::net::Print(rows);
  if (argc > 1) plaza::net::WriteJson(rows, argv[1]);
}
