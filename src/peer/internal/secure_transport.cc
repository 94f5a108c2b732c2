#include "peer/internal/secure_transport.h"

#include <algorithm>
#include <utility>

#include "ice/stun_message.h"
#include "rtp/rtcp/compound.h"

namespace plaza::peer::internal {
namespace {

// First bytes of the protocols that share the port (RFC 7983 section 7).
bool IsDtls(uint8_t first) { return first >= 20 && first <= 63; }
bool IsRtpOrRtcp(uint8_t first) { return first >= 128 && first <= 191; }

constexpr uint8_t kDtlsApplicationData = 23;  // content type, RFC 6347 section 4.1
constexpr base::Duration kSlowHandshake = std::chrono::milliseconds(500);

std::vector<dtls::Fingerprint> Known(const std::vector<sdp::Fingerprint>& described) {
  std::vector<dtls::Fingerprint> known;
  for (const sdp::Fingerprint& f : described)
    if (auto fingerprint = dtls::Fingerprint::Parse(f.algorithm + " " + f.value))
      known.push_back(*fingerprint);
  return known;
}

base::Error Ended() {
  return {base::ErrorKind::kFailedPrecondition, "the transport has ended", "sdp", 0};
}

}  // namespace

SecureTransport::SecureTransport(const Config& config, base::Random& random,
                                 SecureTransportObserver& observer, PathObserver& paths,
                                 base::DatagramSink& sink, Counters& counters, base::Time now)
    : config_(config),
      random_(random),
      observer_(observer),
      path_observer_(paths),
      sink_(sink),
      counters_(counters),
      now_(now) {
  ice::AgentObserver& self = *this;
  if (config.role == Role::kServer) {
    auto agent = std::make_unique<ice::LiteAgent>(FreshCredentials(), self, now);
    lite_agent_ = agent.get();
    agent_ = std::move(agent);
    return;
  }
  auto agent = std::make_unique<ice::FullAgent>(ice::Role::kControlling, FreshCredentials(), random,
                                                self, now);
  full_agent_ = agent.get();
  agent_ = std::move(agent);
  for (const ice::Candidate& candidate : config.candidates) {
    // More addresses than the agent takes are not used.
    if (candidate.address) (void)full_agent_->AddLocalAddress(*candidate.address, now);
  }
}

base::Result<ice::Credentials> SecureTransport::CredentialsFor(
    const sdp::TransportDescription& remote) {
  if (closed_) return Ended();
  if (!dtls_) return agent_->local_credentials();
  if (Known(remote.fingerprints) != remote_fingerprints_)
    return base::Error{base::ErrorKind::kFailedPrecondition,
                       "a=fingerprint changed: this needs a new transport", "sdp", 0};
  const bool restart = remote.ice.ufrag != agent_->remote_credentials().ufrag ||
                       remote.ice.pwd != agent_->remote_credentials().pwd;
  return restart ? FreshCredentials() : agent_->local_credentials();
}

sdp::TransportDescription SecureTransport::Describe(const ice::Credentials& local) const {
  const bool server = config_.role == Role::kServer;
  sdp::TransportDescription description;
  description.ice = {local.ufrag, local.pwd};
  const std::string fingerprint = config_.dtls->local_fingerprint().ToString();
  const size_t space = fingerprint.find(' ');
  description.fingerprints.push_back({fingerprint.substr(0, space), fingerprint.substr(space + 1)});
  description.setup = server ? sdp::Setup::kPassive : sdp::Setup::kActPass;
  for (const ice::Candidate& candidate : config_.candidates)
    description.candidates.push_back(ice::FormatCandidate(candidate));
  description.ice_lite = server;
  return description;
}

base::Status SecureTransport::Apply(const sdp::TransportDescription& remote,
                                    const ice::Credentials& local, base::Time now) {
  now_ = now;
  const ice::Credentials theirs{remote.ice.ufrag, remote.ice.pwd};
  if (auto legal = ice::Check(theirs); !legal) return legal;
  if (closed_) return Ended();
  if (!dtls_) {
    if (auto started = StartDtls(remote); !started) return started;
  }
  if (local != agent_->local_credentials()) agent_->Restart(local, now);
  if (theirs != agent_->remote_credentials()) agent_->SetRemoteCredentials(theirs, now);
  for (const std::string& text : remote.candidates) {
    // Bad or superfluous candidates of the other side are its loss.
    const auto candidate = ice::ParseCandidate(text);
    if (full_agent_ && candidate) (void)full_agent_->AddRemoteCandidate(*candidate, now);
  }
  StartDtlsOnPath();
  return {};
}

base::Status SecureTransport::StartDtls(const sdp::TransportDescription& remote) {
  dtls::TransportConfig config;
  config.remote_fingerprints = Known(remote.fingerprints);
  if (config.remote_fingerprints.empty())
    return base::InvalidArgument("sdp", "a=fingerprint needs sha-256, sha-384 or sha-512");
  if (config_.role == Role::kClient) {
    config.role = dtls::Role::kClient;
    // The server's order decides; some prefer the slower profile, so only the better one is
    // offered.
    config.srtp_profiles = {dtls::SrtpProfile::kAeadAes128Gcm};
  }
  auto transport = config_.dtls->Create(config, *this);
  if (!transport) return transport.error();
  dtls_ = std::move(*transport);
  remote_fingerprints_ = std::move(config.remote_fingerprints);
  return {};
}

void SecureTransport::StartDtlsOnPath() {
  if (!dtls_ || dtls_started_ || !agent_->selected_path()) return;
  dtls_started_ = true;
  dtls_begin_ = now_;
  dtls_->Start(now_);
}

void SecureTransport::HandleDatagram(base::PacketBuffer datagram, const base::Path& path,
                                     base::Time now) {
  now_ = now;
  const base::ByteView bytes = datagram.view();
  if (closed_) {
    ++counters_.dropped_closed;
  } else if (ice::IsStun(bytes)) {
    HandleStun(bytes, path);
  } else if (bytes.empty() || (!IsDtls(bytes[0]) && !IsRtpOrRtcp(bytes[0]))) {
    ++counters_.dropped_unknown;
  } else if (!IsProven(path)) {
    ++counters_.dropped_path;
  } else if (IsRtpOrRtcp(bytes[0])) {
    HandleSrtp(std::move(datagram));
  } else if (!dtls_) {
    ++counters_.dropped_early;
  } else {
    ++counters_.dtls_received;
    counters_.bytes_received += bytes.size();
    StartDtlsOnPath();
    dtls_->HandleDatagram(bytes, now);
  }
}

void SecureTransport::HandleStun(base::ByteView datagram, const base::Path& path) {
  ++counters_.stun_received;
  counters_.bytes_received += datagram.size();
  agent_->HandleStun(datagram, path, now_, sink_);
  if (!closed_) StartDtlsOnPath();
}

void SecureTransport::HandleSrtp(base::PacketBuffer datagram) {
  const size_t size = datagram.size();
  if (!inbound_) {
    ++counters_.dropped_early;
    return;
  }
  const bool rtcp = rtp::rtcp::IsRtcp(datagram.view());
  const srtp::Outcome outcome = rtcp ? inbound_->UnprotectRtcp(datagram.view(), datagram.storage())
                                     : inbound_->UnprotectRtp(datagram.view(), datagram.storage());
  if (!CountVerdict(outcome.verdict)) return;
  counters_.bytes_received += size;
  datagram.Resize(outcome.size);
  if (rtcp) {
    ++counters_.rtcp_received;
    observer_.OnOpenedRtcp(datagram.view(), now_);
  } else {
    observer_.OnOpenedRtp(std::move(datagram), now_);
  }
}

bool SecureTransport::CountVerdict(srtp::Verdict verdict) {
  switch (verdict) {
    case srtp::Verdict::kOk:
      return true;
    case srtp::Verdict::kAuthFailed:
      ++counters_.dropped_auth;
      break;
    case srtp::Verdict::kReplayed:
      ++counters_.dropped_replayed;
      break;
    case srtp::Verdict::kTooManyStreams:
      ++counters_.dropped_streams;
      break;
    case srtp::Verdict::kMalformed:
    case srtp::Verdict::kNoRoom:
    case srtp::Verdict::kKeyExhausted:
      ++counters_.dropped_malformed;
      break;
  }
  return false;
}

bool SecureTransport::IsProven(const base::Path& path) {
  const auto found = std::find(paths_.begin(), paths_.end(), path);
  if (found == paths_.end()) return false;
  if (found != paths_.begin()) std::iter_swap(found, paths_.begin());
  return true;
}

void SecureTransport::RemovePath(const base::Path& path, base::Time now) {
  now_ = now;
  agent_->RemovePath(path, now);
}

void SecureTransport::AskPath(const base::Path& path, base::Time now) {
  now_ = now;
  if (closed_ || !inbound_ || lite_agent_ == nullptr) return;
  ice::TransactionId transaction;
  random_.Fill(transaction);
  lite_agent_->AskPath(path, transaction, sink_);
}

base::Time SecureTransport::NextDeadline() const {
  if (closed_) return base::kNever;
  return std::min(agent_->NextDeadline(), dtls_ ? dtls_->NextDeadline() : base::kNever);
}

void SecureTransport::HandleTimeout(base::Time now) {
  now_ = now;
  if (closed_) return;
  if (agent_->NextDeadline() <= now) agent_->HandleTimeout(now, sink_);
  if (closed_ || !dtls_) return;
  StartDtlsOnPath();
  if (dtls_->NextDeadline() <= now) dtls_->HandleTimeout(now);
}

void SecureTransport::Close(base::Time now) {
  now_ = now;
  if (closed_) return;
  if (dtls_) dtls_->Close();
  closed_ = true;
}

// One datagram that `protect` writes into the sink's room; it gives an srtp::Outcome.
template <typename Protect>
size_t SecureTransport::SendProtected(size_t capacity, uint64_t& counter, Protect&& protect) {
  const base::Path* path = agent_->selected_path();
  if (!connected() || !path) {
    ++counters_.send_dropped_early;
    return 0;
  }
  const std::span<uint8_t> room = sink_.Begin(*path, capacity);
  if (room.size() < capacity) {
    sink_.Commit(0);
    ++counters_.send_dropped_batch;
    return 0;
  }
  const srtp::Outcome outcome = protect(room);
  sink_.Commit(outcome.ok() ? outcome.size : 0);
  if (!outcome.ok()) {
    ++counters_.send_dropped_protect;
    return 0;
  }
  ++counter;
  counters_.bytes_sent += outcome.size;
  return outcome.size;
}

size_t SecureTransport::SendRtp(base::ByteView header, base::ByteView prefix,
                                base::ByteView payload) {
  const size_t capacity = header.size() + prefix.size() + payload.size() + srtp::kMaxRtpOverhead;
  return SendProtected(capacity, counters_.rtp_sent, [&](std::span<uint8_t> out) {
    return outbound_->ProtectRtp(header, prefix, payload, out);
  });
}

void SecureTransport::SendRtcp(base::ByteView compound) {
  SendProtected(compound.size() + srtp::kMaxRtcpOverhead, counters_.rtcp_sent,
                [&](std::span<uint8_t> out) { return outbound_->ProtectRtcp(compound, out); });
}

void SecureTransport::SendData(base::ByteView packet) {
  if (!connected() || !dtls_->SendData(packet)) ++counters_.send_dropped_early;
}

void SecureTransport::OnIcePathAdded(const base::Path& path) {
  if (!IsProven(path)) paths_.push_back(path);
  path_observer_.OnPathAdded(path);
}

void SecureTransport::OnIcePathRemoved(const base::Path& path) {
  std::erase(paths_, path);
  path_observer_.OnPathRemoved(path);
}

// DTLS starts when the agent has returned: it may not be disturbed from here.
void SecureTransport::OnIcePathSelected(const base::Path&) {}

void SecureTransport::OnIceStateChanged(ice::AgentState state) {
  if (state == ice::AgentState::kFailed) End("ICE: no path answers");
}

// A handshake that takes long meets loss: its datagrams go several times then, since flights are
// answered only when they arrive whole, and waits double. Copies are replays, which DTLS drops.
int SecureTransport::CopiesOf(base::ByteView dtls_datagram) const {
  if (dtls_datagram.empty() || dtls_datagram[0] == kDtlsApplicationData) return 1;
  const base::Duration age = now_ - dtls_begin_;
  return age < kSlowHandshake ? 1 : age < 4 * kSlowHandshake ? 2 : 4;
}

void SecureTransport::OnDtlsDatagram(base::ByteView datagram) {
  const base::Path* path = agent_->selected_path();
  for (int copies = path ? CopiesOf(datagram) : 0; copies > 0; --copies)
    sink_.Send(*path, datagram);
}

void SecureTransport::OnDtlsConnected(const dtls::SrtpKeys& keys) {
  const auto profile = static_cast<srtp::Profile>(keys.profile);
  auto inbound = srtp::InboundSession::Create(profile, keys.remote);
  auto outbound = srtp::OutboundSession::Create(profile, keys.local);
  if (!inbound || !outbound)
    return End("SRTP: " + (inbound ? outbound.error() : inbound.error()).message);
  inbound_.emplace(std::move(*inbound));
  outbound_.emplace(std::move(*outbound));
  observer_.OnTransportConnected(now_);
}

void SecureTransport::OnDtlsData(base::ByteView data) { observer_.OnData(data, now_); }

void SecureTransport::OnDtlsClosed() { End("DTLS: closed by the other side"); }

void SecureTransport::OnDtlsFailed(const std::string& reason) { End("DTLS: " + reason); }

void SecureTransport::End(const std::string& reason) {
  if (std::exchange(closed_, true)) return;
  observer_.OnTransportClosed(reason);
}

}  // namespace plaza::peer::internal
