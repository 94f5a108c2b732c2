// sendmmsg of GSO runs.
#include "net/internal/udp_sender.h"

#include <netinet/udp.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace plaza::net {
namespace {

constexpr size_t kControlBytes = CMSG_SPACE(sizeof(in6_pktinfo)) + CMSG_SPACE(sizeof(uint16_t));

// What the kernel says when it can't segment: the path's MTU is smaller than a segment, or the
// interface can't do checksums (EIO). Sent one by one, the datagrams may still get through.
bool IsGsoError(int error) { return error == EINVAL || error == EMSGSIZE || error == EIO; }

template <typename T>
cmsghdr* PutControl(msghdr& header, cmsghdr* at, int level, int type, const T& value) {
  at->cmsg_level = level;
  at->cmsg_type = type;
  at->cmsg_len = CMSG_LEN(sizeof value);
  std::memcpy(CMSG_DATA(at), &value, sizeof value);
  header.msg_controllen += CMSG_SPACE(sizeof value);
  return reinterpret_cast<cmsghdr*>(reinterpret_cast<uint8_t*>(at) + CMSG_SPACE(sizeof value));
}

}  // namespace

// What one sendmmsg call points to.
struct UdpSender::Chunk {
  std::array<mmsghdr, kMessagesPerCall> messages;
  std::array<KernelAddress, kMessagesPerCall> addresses;
  struct alignas(cmsghdr) Control {
    uint8_t bytes[kControlBytes];
  };
  std::array<Control, kMessagesPerCall> controls;
  std::array<iovec, kMessagesPerCall * kMaxRunSegments> vectors;
  size_t vectors_used = 0;
};

UdpSender::UdpSender(SendMessages send, FdWatch& watch, const base::SocketAddress& local, bool gso,
                     size_t batch_bytes, UdpCounters& counters)
    : send_(std::move(send)),
      watch_(watch),
      local_(local),
      family_(FamilyOf(local.ip)),
      gso_(gso),
      counters_(counters),
      staging_(std::make_unique<SendBatch>(batch_bytes)),
      leaving_(std::make_unique<SendBatch>(batch_bytes)),
      chunk_(std::make_unique<Chunk>()) {}

UdpSender::~UdpSender() = default;

bool UdpSender::Reachable(const base::Path& path) const {
  return path.protocol == base::TransportProtocol::kUdp && path.remote.port != 0 &&
         (family_ == AF_INET6 || path.remote.ip.is_v4());
}

std::span<uint8_t> UdpSender::Begin(const base::Path& path, size_t capacity) {
  if (!Reachable(path) || capacity > kMaxDatagram) {
    ++counters_.dropped_bad_path;
    return {};
  }
  std::span<uint8_t> room = staging_->Begin(path, capacity);
  if (room.size() == capacity) return room;
  Flush();
  room = staging_->Begin(path, capacity);
  if (room.size() < capacity) ++counters_.dropped_batch_full;
  return room;
}

void UdpSender::Commit(size_t size) { staging_->Commit(size); }

void UdpSender::Flush() {
  if (blocked_) return;
  if (!staging_->empty()) {
    std::swap(staging_, leaving_);
    leaving_->BuildRuns(gso_, runs_);
    blocked_ = !SendRuns();
    if (blocked_) {
      ++counters_.send_blocked;
      watch_.OnWritable([this] {
        if (!SendRuns()) return;
        watch_.OnWritable({});
        blocked_ = false;
        Flush();
      });
    }
  }
  staging_->Clear();
}

bool UdpSender::SendRuns() {
  while (next_run_ < runs_.size()) {
    const size_t count = FillChunk();
    size_t sent = 0;
    while (sent < count) {
      const int result = send_(&chunk_->messages[sent], static_cast<unsigned>(count - sent));
      ++counters_.send_calls;
      if (result < 0) break;
      CountSent(static_cast<size_t>(result));
      sent += static_cast<size_t>(result);
    }
    if (sent == count || errno == EINTR) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) return false;
    OnSendError(errno);
  }
  runs_.clear();
  next_run_ = 0;
  leaving_->Clear();
  return true;
}

// Deals with the failure of the next run.
void UdpSender::OnSendError(int error) {
  const SendRun run = runs_[next_run_];
  if (run.segments == 1 || !IsGsoError(error)) {
    counters_.dropped_send_error += run.segments;
    ++next_run_;
    return;
  }
  ++counters_.gso_fallbacks;
  if (error == EIO) gso_ = false;
  std::vector<SendRun> rest;
  leaving_->Split(run, rest);
  rest.insert(rest.end(), runs_.begin() + static_cast<ptrdiff_t>(next_run_) + 1, runs_.end());
  runs_ = std::move(rest);
  next_run_ = 0;
}

void UdpSender::CountSent(size_t runs) {
  counters_.sent_messages += runs;
  for (; runs > 0; --runs, ++next_run_) {
    const SendRun& run = runs_[next_run_];
    counters_.sent_packets += run.segments;
    uint32_t index = run.first;
    for (uint16_t i = 0; i < run.segments; ++i) {
      counters_.sent_bytes += leaving_->packet(index).size;
      index = leaving_->packet(index).next;
    }
  }
}

size_t UdpSender::FillChunk() {
  const size_t count = std::min(kMessagesPerCall, runs_.size() - next_run_);
  chunk_->vectors_used = 0;
  for (size_t i = 0; i < count; ++i) FillMessage(i, runs_[next_run_ + i]);
  return count;
}

void UdpSender::FillMessage(size_t index, const SendRun& run) {
  iovec* const vectors = &chunk_->vectors[chunk_->vectors_used];
  size_t used = 0;
  uint32_t packet_index = run.first;
  for (uint16_t i = 0; i < run.segments; ++i) {
    const SendBatch::Packet& packet = leaving_->packet(packet_index);
    uint8_t* const data = leaving_->data(packet);
    if (used > 0 &&
        static_cast<uint8_t*>(vectors[used - 1].iov_base) + vectors[used - 1].iov_len == data) {
      vectors[used - 1].iov_len += packet.size;
    } else {
      vectors[used++] = {data, packet.size};
    }
    packet_index = packet.next;
  }
  chunk_->vectors_used += used;

  msghdr& header = chunk_->messages[index].msg_hdr;
  header = {};
  header.msg_name = &chunk_->addresses[index];
  header.msg_namelen = ToKernel(leaving_->path(run).remote, family_, chunk_->addresses[index]);
  header.msg_iov = vectors;
  header.msg_iovlen = used;
  AddControl(header, index, run);
}

// The segment size, and the source address where the socket has several.
void UdpSender::AddControl(msghdr& header, size_t index, const SendRun& run) {
  auto* next = reinterpret_cast<cmsghdr*>(chunk_->controls[index].bytes);
  header.msg_control = next;
  if (run.segments > 1) next = PutControl(header, next, SOL_UDP, UDP_SEGMENT, run.segment_size);
  const base::IpAddress& source = leaving_->path(run).local.ip;
  if (local_.ip.is_unspecified() && !source.is_unspecified()) {
    if (family_ == AF_INET) {
      in_pktinfo info{};
      if (source.is_v4()) info.ipi_spec_dst = ToInAddr(source);
      PutControl(header, next, IPPROTO_IP, IP_PKTINFO, info);
    } else {
      in6_pktinfo info{};
      info.ipi6_addr = ToIn6Addr(source);
      PutControl(header, next, IPPROTO_IPV6, IPV6_PKTINFO, info);
    }
  }
  if (header.msg_controllen == 0) header.msg_control = nullptr;
}

}  // namespace plaza::net
