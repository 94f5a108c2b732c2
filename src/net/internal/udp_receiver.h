// Receives batches from a UDP socket into pooled buffers.
#pragma once

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "base/packet_buffer.h"
#include "base/socket_address.h"
#include "net/internal/sockaddr.h"
#include "net/udp_socket.h"

namespace plaza::net {

class UdpReceiver {
 public:
  /// `local` is what the socket is bound to.
  UdpReceiver(int fd, const base::SocketAddress& local, base::PacketPool& pool,
              UdpCounters& counters);
  ~UdpReceiver();

  /// Takes one batch from the socket. Empty when there was nothing; valid until the next call.
  std::span<ReceivedDatagram> Receive(base::Time now);
  /// The last batch was full: there may be more.
  bool MayHaveMore() const { return last_count_ == kMessages; }

 private:
  static constexpr size_t kMessages = 64;
  static constexpr size_t kMaxMessageBytes = 65536;
  static constexpr size_t kOverflowBytes = kMaxMessageBytes - base::kPacketCapacity;
  struct Slot;

  void Prepare(size_t index);
  void PrepareUsed();
  void Deliver(size_t index, size_t size, base::Time now);
  void DeliverSegments(Slot& slot, size_t size, size_t segment, const ReceivedDatagram& first);
  void Push(base::PacketBuffer buffer, const ReceivedDatagram& like, size_t size);

  const int fd_;
  const base::SocketAddress local_;
  base::PacketPool& pool_;
  UdpCounters& counters_;
  size_t last_count_ = kMessages;  ///< messages to be prepared before the next call
  bool starved_ = false;           ///< a slot has no buffer
  /// A message is received into its slot's pooled buffer and, when the kernel merged several
  /// datagrams (GRO), further into the slot's part of overflow_.
  std::unique_ptr<std::array<mmsghdr, kMessages>> messages_;
  std::unique_ptr<Slot[]> slots_;
  std::unique_ptr<uint8_t[]> overflow_;
  std::vector<ReceivedDatagram> batch_;
};

}  // namespace plaza::net
