#include "harness/wire.h"

#include <algorithm>
#include <utility>

#include "rtp/rtcp/compound.h"

namespace plaza::sim {
namespace {

constexpr uint16_t kRebindStep = 1000;
constexpr size_t kRtpHeader = 12;

bool IsRtp(base::ByteView datagram) {
  return datagram.size() > kRtpHeader && datagram[0] >> 6 == 2 && !rtp::rtcp::IsRtcp(datagram);
}

}  // namespace

Wire::Wire(World& world, const netsim::LinkConditions& up, const netsim::LinkConditions& down,
           uint64_t seed)
    : world_(world), up_(up, seed * 2), down_(down, seed * 2 + 1) {
  world_.Add(*this);
}

Wire::~Wire() { world_.Remove(*this); }

void Wire::SetConditions(const netsim::LinkConditions& up, const netsim::LinkConditions& down) {
  up_.SetConditions(up);
  down_.SetConditions(down);
}

// Where servers see what the client sends from `inside`.
base::SocketAddress Wire::Outside(const base::SocketAddress& inside) const {
  return {inside.ip, static_cast<uint16_t>(inside.port + rebinds_ * kRebindStep)};
}

void Wire::SendUp(base::ByteView datagram, const base::Path& path) {
  if (cut_ || path.local != address_) {
    media_cut_ = media_cut_ || IsRtp(datagram);
    return;
  }
  up_.Send(datagram, world_.now(), up_datagrams_.size());
  up_datagrams_.push_back({{path.remote, Outside(path.local), path.protocol}, world_.now()});
}

void Wire::SendDown(base::ByteView datagram, const base::Path& path) {
  NoteDown(datagram, false);
  if (cut_ || path.remote != Outside(address_)) return;
  down_.Send(datagram, world_.now(), down_datagrams_.size());
  down_datagrams_.push_back({{address_, path.local, path.protocol}, world_.now()});
}

void Wire::NoteDown(base::ByteView datagram, bool arrived) {
  if (!IsRtp(datagram)) return;
  SentPackets& packets = sent_down_[base::LoadU32(&datagram[8])];
  const uint16_t number = base::LoadU16(&datagram[2]);
  if (arrived) {
    packets.arrived.emplace(number, world_.now());
  } else {
    ++packets.sent[number];
  }
}

bool Wire::disturbed_up() const {
  const netsim::LinkStats& stats = up_.stats();
  return media_cut_ ||
         stats.lost_random + stats.lost_burst + stats.lost_queue + stats.reordered > 0;
}

base::Time Wire::NextDeadline() const { return std::min(up_.NextDeadline(), down_.NextDeadline()); }

void Wire::HandleTimeout(base::Time now) {
  while (const auto arrival = up_.Receive(now)) {
    const Datagram datagram = up_datagrams_[arrival->tag];
    if (server_) server_(arrival->bytes, datagram.path, datagram.sent);
  }
  while (const auto arrival = down_.Receive(now)) {
    const Datagram datagram = down_datagrams_[arrival->tag];
    if (cut_ || datagram.path.local != address_) continue;
    NoteDown(arrival->bytes, true);
    if (client_) client_(arrival->bytes, datagram.path, datagram.sent);
  }
}

}  // namespace plaza::sim
