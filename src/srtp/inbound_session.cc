// Opens what we receive: index estimation and replay protection around the transform.
#include <cstring>

#include "srtp/internal/packet_layout.h"
#include "srtp/internal/replay_window.h"
#include "srtp/internal/rtp_index.h"
#include "srtp/internal/stream_table.h"
#include "srtp/internal/transform.h"
#include "srtp/session.h"

namespace plaza::srtp {
namespace {

using RtpStream = ReplayWindow<1024>;
using RtcpStream = ReplayWindow<128>;

// Marks an index as used, beginning the stream if it is new. False if there are too many.
template <typename Table, typename Stream>
bool Commit(Table& streams, Stream* stream, uint32_t ssrc, uint64_t index) {
  if (!stream) stream = streams.Insert(ssrc, Stream());
  if (!stream) return false;
  stream->Commit(index);
  return true;
}

}  // namespace

struct InboundSession::State {
  Profile profile;
  std::unique_ptr<Transform> rtp;
  std::unique_ptr<Transform> rtcp;
  StreamTable<RtpStream, kMaxStreams> rtp_streams;
  StreamTable<RtcpStream, kMaxStreams> rtcp_streams;
};

InboundSession::InboundSession(std::unique_ptr<State> state) : state_(std::move(state)) {}
InboundSession::InboundSession(InboundSession&&) noexcept = default;
InboundSession& InboundSession::operator=(InboundSession&&) noexcept = default;
InboundSession::~InboundSession() = default;

base::Result<InboundSession> InboundSession::Create(Profile profile, base::ByteView master) {
  if (master.size() != kMasterKeySize + MasterSaltSize(profile)) {
    return base::InvalidArgument("master", "SRTP master key and salt have the wrong size");
  }
  auto state = std::make_unique<State>();
  state->profile = profile;
  state->rtp = MakeTransform(profile, PacketKind::kRtp, Direction::kOpen, master);
  state->rtcp = MakeTransform(profile, PacketKind::kRtcp, Direction::kOpen, master);
  if (!state->rtp || !state->rtcp) {
    return base::Error{base::ErrorKind::kInternal, "OpenSSL refused the SRTP keys"};
  }
  return InboundSession(std::move(state));
}

Profile InboundSession::profile() const { return state_->profile; }

Outcome InboundSession::UnprotectRtp(base::ByteView packet, std::span<uint8_t> out) {
  const size_t overhead = RtpOverhead(state_->profile);
  if (packet.size() < overhead) return {Verdict::kMalformed};
  const auto clear = packet.first(packet.size() - overhead);
  const auto header_size = RtpHeaderSize(clear);
  if (!header_size) return {Verdict::kMalformed};
  if (out.size() < clear.size()) return {Verdict::kNoRoom};

  const uint16_t sequence_number = base::LoadU16(packet.data() + 2);
  const uint32_t ssrc = base::LoadU32(packet.data() + 8);
  RtpStream* stream = state_->rtp_streams.Find(ssrc);
  uint64_t index = sequence_number;
  if (stream) {
    const auto estimate = EstimateRtpIndex(stream->highest(), sequence_number);
    if (!estimate || !stream->IsFresh(*estimate)) return {Verdict::kReplayed};
    index = *estimate;
  }

  const PacketContext context{ssrc, index, static_cast<uint32_t>(index >> 16), *header_size};
  if (!state_->rtp->Open(context, clear, packet.data() + clear.size(), out.data() + *header_size)) {
    return {Verdict::kAuthFailed};
  }
  if (!Commit(state_->rtp_streams, stream, ssrc, index)) return {Verdict::kTooManyStreams};
  if (out.data() != packet.data()) std::memcpy(out.data(), packet.data(), *header_size);
  return {Verdict::kOk, clear.size()};
}

Outcome InboundSession::UnprotectRtcp(base::ByteView packet, std::span<uint8_t> out) {
  const size_t overhead = RtcpOverhead(state_->profile);
  if (packet.size() < kRtcpHeaderSize + overhead || !IsVersion2(packet)) {
    return {Verdict::kMalformed};
  }
  const auto clear = packet.first(packet.size() - overhead);
  if (out.size() < clear.size()) return {Verdict::kNoRoom};

  // The index goes before the tag (RFC 3711 section 3.4), but after it with GCM (RFC 7714 section
  // 9).
  const bool gcm = state_->profile == Profile::kAeadAes128Gcm;
  const uint8_t* tag = packet.data() + clear.size() + (gcm ? 0 : 4);
  const uint32_t word = base::LoadU32(packet.data() + (gcm ? packet.size() - 4 : clear.size()));
  const bool encrypted = (word & 0x80000000u) != 0;
  const uint32_t index = word & kMaxRtcpIndex;
  const uint32_t ssrc = base::LoadU32(packet.data() + 4);
  RtcpStream* stream = state_->rtcp_streams.Find(ssrc);
  if (stream && !stream->IsFresh(index)) return {Verdict::kReplayed};

  const size_t header_size = encrypted ? kRtcpHeaderSize : clear.size();
  const PacketContext context{ssrc, index, word, header_size};
  if (!state_->rtcp->Open(context, clear, tag, out.data() + header_size)) {
    return {Verdict::kAuthFailed};
  }
  if (!Commit(state_->rtcp_streams, stream, ssrc, index)) return {Verdict::kTooManyStreams};
  if (out.data() != packet.data()) std::memcpy(out.data(), packet.data(), header_size);
  return {Verdict::kOk, clear.size()};
}

}  // namespace plaza::srtp
