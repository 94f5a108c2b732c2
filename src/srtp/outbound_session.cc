// Protects what we send: index bookkeeping around the transform.
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

struct RtcpStream {
  uint32_t next_index = 0;
};

}  // namespace

struct OutboundSession::State {
  Profile profile;
  std::unique_ptr<Transform> rtp;
  std::unique_ptr<Transform> rtcp;
  StreamTable<RtpStream, kMaxStreams> rtp_streams;
  StreamTable<RtcpStream, kMaxStreams> rtcp_streams;
};

OutboundSession::OutboundSession(std::unique_ptr<State> state) : state_(std::move(state)) {}
OutboundSession::OutboundSession(OutboundSession&&) noexcept = default;
OutboundSession& OutboundSession::operator=(OutboundSession&&) noexcept = default;
OutboundSession::~OutboundSession() = default;

base::Result<OutboundSession> OutboundSession::Create(Profile profile, base::ByteView master) {
  if (master.size() != kMasterKeySize + MasterSaltSize(profile)) {
    return base::InvalidArgument("master", "SRTP master key and salt have the wrong size");
  }
  auto state = std::make_unique<State>();
  state->profile = profile;
  state->rtp = MakeTransform(profile, PacketKind::kRtp, Direction::kSeal, master);
  state->rtcp = MakeTransform(profile, PacketKind::kRtcp, Direction::kSeal, master);
  if (!state->rtp || !state->rtcp) {
    return base::Error{base::ErrorKind::kInternal, "OpenSSL refused the SRTP keys"};
  }
  return OutboundSession(std::move(state));
}

Profile OutboundSession::profile() const { return state_->profile; }

Outcome OutboundSession::ProtectRtp(base::ByteView header, base::ByteView prefix,
                                    base::ByteView payload, std::span<uint8_t> out) {
  const auto header_size = RtpHeaderSize(header);
  if (!header_size || *header_size != header.size()) return {Verdict::kMalformed};
  const size_t clear_size = header.size() + prefix.size() + payload.size();
  const size_t size = clear_size + RtpOverhead(state_->profile);
  if (out.size() < size) return {Verdict::kNoRoom};

  const uint16_t sequence_number = base::LoadU16(header.data() + 2);
  const uint32_t ssrc = base::LoadU32(header.data() + 8);
  RtpStream* stream = state_->rtp_streams.Find(ssrc);
  if (!stream) stream = state_->rtp_streams.Insert(ssrc, RtpStream());
  if (!stream) return {Verdict::kTooManyStreams};
  uint64_t index = sequence_number;
  if (!stream->empty()) {
    const auto estimate = EstimateRtpIndex(stream->highest(), sequence_number);
    if (!estimate) {
      return {stream->highest() < 0x10000 ? Verdict::kReplayed : Verdict::kKeyExhausted};
    }
    index = *estimate;
  }
  if (!stream->IsFresh(index)) return {Verdict::kReplayed};

  std::memcpy(out.data(), header.data(), header.size());
  const uint8_t* plain = payload.data();
  if (!prefix.empty()) {
    // Together they are encrypted in one run: the cipher is slow on odd pieces.
    uint8_t* begin = out.data() + header.size();
    if (!payload.empty()) std::memmove(begin + prefix.size(), payload.data(), payload.size());
    std::memcpy(begin, prefix.data(), prefix.size());
    plain = begin;
  }
  const PacketContext context{ssrc, index, static_cast<uint32_t>(index >> 16), header.size()};
  // Before the cipher runs: an index is used up even if that fails.
  stream->Commit(index);
  if (!state_->rtp->Seal(context, out.first(clear_size), plain, out.data() + clear_size)) {
    return {Verdict::kAuthFailed};
  }
  return {Verdict::kOk, size};
}

Outcome OutboundSession::ProtectRtcp(base::ByteView compound, std::span<uint8_t> out) {
  if (compound.size() < kRtcpHeaderSize || !IsVersion2(compound)) return {Verdict::kMalformed};
  const size_t clear_size = compound.size();
  const size_t size = clear_size + RtcpOverhead(state_->profile);
  if (out.size() < size) return {Verdict::kNoRoom};

  const uint32_t ssrc = base::LoadU32(compound.data() + 4);
  RtcpStream* stream = state_->rtcp_streams.Find(ssrc);
  if (!stream) stream = state_->rtcp_streams.Insert(ssrc, RtcpStream());
  if (!stream) return {Verdict::kTooManyStreams};
  if (stream->next_index > kMaxRtcpIndex) return {Verdict::kKeyExhausted};
  const uint32_t index = stream->next_index++;

  const uint32_t word = 0x80000000u | index;
  const PacketContext context{ssrc, index, word, kRtcpHeaderSize};
  std::memmove(out.data(), compound.data(), kRtcpHeaderSize);
  // The index goes before the tag (RFC 3711 section 3.4), but after it with GCM (RFC 7714 section
  // 9).
  const bool gcm = state_->profile == Profile::kAeadAes128Gcm;
  uint8_t* tag = out.data() + clear_size + (gcm ? 0 : 4);
  uint8_t* word_at = gcm ? out.data() + size - 4 : out.data() + clear_size;
  if (!state_->rtcp->Seal(context, out.first(clear_size), compound.data() + kRtcpHeaderSize, tag)) {
    return {Verdict::kAuthFailed};
  }
  base::StoreU32(word_at, word);
  return {Verdict::kOk, size};
}

}  // namespace plaza::srtp
