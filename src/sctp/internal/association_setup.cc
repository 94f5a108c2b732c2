// How an association begins: INIT, INIT ACK, COOKIE ECHO, COOKIE ACK (RFC 9260 section 5).
#include <algorithm>
#include <array>

#include "sctp/internal/association.h"
#include "sctp/internal/chunks.h"
#include "sctp/internal/transfer.h"

namespace plaza::sctp::internal {

InitChunk Association::DescribeUs() const {
  InitChunk init;
  init.tag = local_tag_;
  init.window = static_cast<uint32_t>(options_.receive_buffer);
  init.outbound_streams = kMaxStreams;
  init.inbound_streams = kMaxStreams;
  init.initial_tsn = local_initial_tsn_;
  init.forward_tsn = true;
  init.re_config = true;
  return init;
}

std::optional<RemoteTerms> Association::ReadTerms(const InitChunk& init) {
  if (init.tag == 0 || init.outbound_streams == 0 || init.inbound_streams == 0) return std::nullopt;
  RemoteTerms terms;
  terms.tag = init.tag;
  terms.initial_tsn = init.initial_tsn;
  terms.window = init.window;
  terms.streams = std::min(init.inbound_streams, kMaxStreams);
  terms.forward_tsn = init.forward_tsn;
  terms.re_config = init.re_config;
  return terms;
}

void Association::Connect(base::Time now) {
  if (state_ != State::kClosed) return;
  state_ = State::kCookieWait;
  setup_.Start(kInitialRto, now);
  SendInit();
}

void Association::SendInit() {
  out_.SetTag(0);
  Write(DescribeUs(), ChunkType::kInit, out_);
  out_.Flush();
}

// Answered without keeping anything. Whoever is established already has the answer; a restart
// within one DTLS association does not exist.
void Association::HandleInit(const ChunkView& chunk, base::Time now) {
  if (transfer_) return;
  const auto init = ParseInit(chunk);
  if (!init || init->tag == 0) {
    ++stats_.dropped_malformed;
    return;
  }
  const auto terms = ReadTerms(*init);
  out_.SetTag(init->tag);
  if (!terms) {
    WriteCause(ChunkType::kAbort, ErrorCause::kInvalidMandatoryParameter, {}, out_);
  } else {
    const CookieJar::Sealed cookie = cookies_.Seal({*terms, now});
    InitChunk answer = DescribeUs();
    answer.cookie = cookie;
    answer.unrecognized = init->unrecognized;
    Write(answer, ChunkType::kInitAck, out_);
  }
  out_.SetTag(remote_.tag);
}

void Association::HandleInitAck(const ChunkView& chunk, base::Time now) {
  if (state_ != State::kCookieWait) return;
  const auto init = ParseInit(chunk);
  const auto terms = init ? ReadTerms(*init) : std::nullopt;
  if (!terms || init->cookie.empty() || init->cookie.size() > out_.max_value())
    return End("the other side's INIT ACK can't be used");
  remote_ = *terms;
  out_.SetTag(remote_.tag);
  cookie_.assign(init->cookie.begin(), init->cookie.end());
  state_ = State::kCookieEchoed;
  setup_.Start(kInitialRto, now);
  WriteBytes(ChunkType::kCookieEcho, cookie_, out_);
}

void Association::HandleCookieEcho(const ChunkView& chunk, base::Time now) {
  const auto cookie = cookies_.Open(chunk.value);
  if (!cookie) {
    ++stats_.dropped_malformed;
    return;
  }
  if (transfer_) {
    // Our COOKIE ACK was lost.
    if (cookie->terms.tag == remote_.tag) WriteEmpty(ChunkType::kCookieAck, out_);
    return;
  }
  if (now - cookie->made_at > kCookieLifetime) {
    std::array<uint8_t, 4> staleness{};
    const auto age = now - cookie->made_at - kCookieLifetime;
    base::StoreU32(staleness.data(),
                   static_cast<uint32_t>(std::min<int64_t>(age.count(), int64_t{UINT32_MAX})));
    out_.SetTag(cookie->terms.tag);
    WriteCause(ChunkType::kError, ErrorCause::kStaleCookie, staleness, out_);
    out_.SetTag(remote_.tag);
    return;
  }
  remote_ = cookie->terms;
  out_.SetTag(remote_.tag);
  WriteEmpty(ChunkType::kCookieAck, out_);
  Establish(now);
}

void Association::HandleCookieAck(base::Time now) {
  if (state_ == State::kCookieEchoed) Establish(now);
}

void Association::Establish(base::Time now) {
  setup_.Stop();
  cookie_.clear();
  state_ = State::kEstablished;
  transfer_ = std::make_unique<Transfer>(*this, out_.max_value() + kTlvHeaderSize, now);
  observer_.OnEstablished();
}

void Association::HandleSetupTimeout() {
  if (setup_.exhausted()) return End("the other side does not answer");
  if (state_ == State::kCookieWait) return SendInit();
  WriteBytes(ChunkType::kCookieEcho, cookie_, out_);
}

}  // namespace plaza::sctp::internal
