// The packet path of the UDP socket takes no memory once it is warm. Not under sanitizers, which
// count allocations themselves.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

#include "net/udp_socket.h"

namespace {
thread_local size_t allocations = 0;
}

// Counts for the whole test program; only this test reads it.
void* operator new(size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size > 0 ? size : 1)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace plaza::net {
namespace {

TEST(UdpAllocation, ForwardingAllocatesNothingWhenWarm) {
  EventLoop loop;
  base::PacketPool pool;
  const auto local = *base::SocketAddress::Parse("127.0.0.1:0");
  constexpr size_t kReceivers = 10, kPackets = 5;
  size_t received = 0;
  std::vector<std::unique_ptr<UdpSocket>> receivers;
  for (size_t i = 0; i < kReceivers; ++i) {
    auto bound = UdpSocket::Bind(
        loop, local, pool, [&](std::span<ReceivedDatagram> batch) { received += batch.size(); });
    receivers.push_back(std::move(*bound));
  }
  auto sender = std::move(*UdpSocket::Bind(loop, local, pool, [](auto) {}));
  const std::vector<uint8_t> packet(1200, 1);
  size_t rounds = 0, when_warm = 0;
  const auto next_round = loop.OnTurnEnd([&] {
    if (received < rounds * kReceivers * kPackets) return;
    if (++rounds == 50) when_warm = allocations;
    for (size_t p = 0; p < kPackets; ++p)
      for (const auto& receiver : receivers)
        sender->Send({sender->local(), receiver->local()}, packet);
  });
  ASSERT_TRUE(loop.RunUntil([&] { return rounds == 200; }, std::chrono::seconds(5)));
  EXPECT_EQ(allocations - when_warm, 0u);
}

}  // namespace
}  // namespace plaza::net

#endif
