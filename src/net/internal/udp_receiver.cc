// recvmmsg with destination addresses and GRO.
#include "net/internal/udp_receiver.h"

#include <netinet/udp.h>

#include <algorithm>
#include <cstring>

namespace plaza::net {

struct UdpReceiver::Slot {
  KernelAddress source;
  base::PacketBuffer buffer;
  iovec vectors[2];
  alignas(cmsghdr) uint8_t control[CMSG_SPACE(sizeof(in6_pktinfo)) + CMSG_SPACE(sizeof(int))];
};

namespace {

// Where datagrams go while the pool is exhausted; nobody reads it.
uint8_t discarded[base::kPacketCapacity];

struct Ancillary {
  base::IpAddress destination;
  size_t segment = 0;  ///< size of the merged datagrams; 0: not merged
};

Ancillary ReadControl(const msghdr& header, const base::IpAddress& bound) {
  Ancillary result{bound, 0};
  for (auto* c = CMSG_FIRSTHDR(&header); c; c = CMSG_NXTHDR(const_cast<msghdr*>(&header), c)) {
    if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
      in_pktinfo info;
      std::memcpy(&info, CMSG_DATA(c), sizeof info);
      result.destination = FromInAddr(info.ipi_addr);
    } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info;
      std::memcpy(&info, CMSG_DATA(c), sizeof info);
      result.destination = FromIn6Addr(info.ipi6_addr);
    } else if (c->cmsg_level == SOL_UDP && c->cmsg_type == UDP_GRO) {
      int size = 0;
      std::memcpy(&size, CMSG_DATA(c), sizeof size);
      result.segment = size > 0 ? static_cast<size_t>(size) : 0;
    }
  }
  return result;
}

}  // namespace

UdpReceiver::UdpReceiver(int fd, const base::SocketAddress& local, base::PacketPool& pool,
                         UdpCounters& counters)
    : fd_(fd),
      local_(local),
      pool_(pool),
      counters_(counters),
      messages_(std::make_unique<std::array<mmsghdr, kMessages>>()),
      slots_(std::make_unique<Slot[]>(kMessages)),
      // Left uninitialized: pages that no merged message touches cost nothing.
      overflow_(new uint8_t[kMessages * kOverflowBytes]) {}

UdpReceiver::~UdpReceiver() = default;

void UdpReceiver::Prepare(size_t index) {
  Slot& slot = slots_[index];
  if (!slot.buffer) slot.buffer = pool_.Acquire();
  starved_ |= !slot.buffer;
  slot.vectors[0] = {slot.buffer ? slot.buffer.storage().data() : discarded, base::kPacketCapacity};
  slot.vectors[1] = {&overflow_[index * kOverflowBytes], kOverflowBytes};
  msghdr& header = (*messages_)[index].msg_hdr;
  header = {};
  header.msg_name = &slot.source;
  header.msg_namelen = sizeof slot.source;
  header.msg_iov = slot.vectors;
  header.msg_iovlen = 2;
  header.msg_control = slot.control;
  header.msg_controllen = sizeof slot.control;
}

// The kernel has written into the messages that it filled; the others are as they were.
void UdpReceiver::PrepareUsed() {
  const size_t count = starved_ ? kMessages : last_count_;
  starved_ = false;
  for (size_t i = 0; i < count; ++i) Prepare(i);
}

std::span<ReceivedDatagram> UdpReceiver::Receive(base::Time now) {
  batch_.clear();
  PrepareUsed();
  const int count = recvmmsg(fd_, messages_->data(), kMessages, MSG_DONTWAIT, nullptr);
  last_count_ = count > 0 ? static_cast<size_t>(count) : 0;
  if (last_count_ > 0) ++counters_.receive_calls;
  for (size_t i = 0; i < last_count_; ++i) Deliver(i, (*messages_)[i].msg_len, now);
  return batch_;
}

void UdpReceiver::Deliver(size_t index, size_t size, base::Time now) {
  Slot& slot = slots_[index];
  const Ancillary ancillary = ReadControl((*messages_)[index].msg_hdr, local_.ip);
  const size_t segment = ancillary.segment > 0 ? std::min(ancillary.segment, size) : size;
  const size_t datagrams = segment > 0 ? (size + segment - 1) / segment : 1;
  counters_.received_packets += datagrams;
  counters_.received_bytes += size;
  if (segment > base::kPacketCapacity) {
    counters_.dropped_oversized += datagrams;
    return;
  }
  if (!slot.buffer) {
    counters_.dropped_no_buffer += datagrams;
    return;
  }
  ReceivedDatagram like;
  like.path = {
      {ancillary.destination, local_.port}, FromKernel(slot.source), base::TransportProtocol::kUdp};
  like.arrival = now;
  if (datagrams > 1) {
    DeliverSegments(slot, size, segment, like);
  } else {
    Push(std::move(slot.buffer), like, size);
  }
}

// The first datagram stays in the slot's buffer; the others lie behind it and in the overflow.
void UdpReceiver::DeliverSegments(Slot& slot, size_t size, size_t segment,
                                  const ReceivedDatagram& like) {
  base::PacketBuffer first = std::move(slot.buffer);
  const uint8_t* const head = first.storage().data();
  const auto* const tail = static_cast<const uint8_t*>(slot.vectors[1].iov_base);
  Push(first, like, segment);
  for (size_t offset = segment; offset < size; offset += segment) {
    const size_t length = std::min(segment, size - offset);
    base::PacketBuffer buffer = pool_.Acquire();
    if (!buffer) {
      ++counters_.dropped_no_buffer;
      continue;
    }
    uint8_t* out = buffer.storage().data();
    const size_t in_head =
        offset < base::kPacketCapacity ? std::min(length, base::kPacketCapacity - offset) : 0;
    std::memcpy(out, head + offset, in_head);
    if (length > in_head)
      std::memcpy(out + in_head, tail + (offset + in_head - base::kPacketCapacity),
                  length - in_head);
    Push(std::move(buffer), like, length);
  }
}

void UdpReceiver::Push(base::PacketBuffer buffer, const ReceivedDatagram& like, size_t size) {
  buffer.Resize(size);
  ReceivedDatagram& datagram = batch_.emplace_back(like);
  datagram.buffer = std::move(buffer);
}

}  // namespace plaza::net
