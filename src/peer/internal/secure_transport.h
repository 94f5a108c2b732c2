// ICE, DTLS and SRTP glued together: datagrams in and out, opened packets up, protected packets
// down.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/packet_buffer.h"
#include "base/random.h"
#include "base/result.h"
#include "base/socket_address.h"
#include "base/time.h"
#include "dtls/transport.h"
#include "ice/agent.h"
#include "ice/full_agent.h"
#include "ice/lite_agent.h"
#include "peer/config.h"
#include "peer/counters.h"
#include "peer/path_observer.h"
#include "sdp/negotiation.h"
#include "srtp/session.h"

namespace plaza::peer::internal {

/// What the transport gives to the rest of the peer. Calls come from within the transport's
/// functions.
class SecureTransportObserver {
 public:
  virtual ~SecureTransportObserver() = default;
  virtual void OnTransportConnected(base::Time now) = 0;
  /// The last call.
  virtual void OnTransportClosed(const std::string& reason) = 0;
  virtual void OnOpenedRtp(base::PacketBuffer packet, base::Time now) = 0;
  virtual void OnOpenedRtcp(base::ByteView compound, base::Time now) = 0;
  /// What came over DTLS: an SCTP packet.
  virtual void OnData(base::ByteView packet, base::Time now) = 0;
};

class SecureTransport final : private ice::AgentObserver, private dtls::TransportObserver {
 public:
  SecureTransport(const Config& config, base::Random& random, SecureTransportObserver& observer,
                  PathObserver& paths, base::DatagramSink& sink, Counters& counters,
                  base::Time now);

  /// The credentials to describe ourselves with beside `remote`: ours, or fresh ones when `remote`
  /// restarts ICE. Changes nothing. Fails when the transport has ended or `remote` has another
  /// certificate than before.
  base::Result<ice::Credentials> CredentialsFor(const sdp::TransportDescription& remote);
  ice::Credentials FreshCredentials() { return ice::MakeCredentials(random_); }
  sdp::TransportDescription Describe(const ice::Credentials& local) const;
  /// Begins with `remote`, or restarts ICE where the credentials of a side changed.
  base::Status Apply(const sdp::TransportDescription& remote, const ice::Credentials& local,
                     base::Time now);

  void HandleDatagram(base::PacketBuffer datagram, const base::Path& path, base::Time now);
  void RemovePath(const base::Path& path, base::Time now);
  /// Server: asks the other side whether it is on this path now.
  void AskPath(const base::Path& path, base::Time now);
  base::Time NextDeadline() const;
  void HandleTimeout(base::Time now);
  void Close(base::Time now);

  /// `prefix` goes between header and payload; see srtp::OutboundSession. Gives the size of the
  /// datagram, 0 when none left.
  size_t SendRtp(base::ByteView header, base::ByteView prefix, base::ByteView payload);
  void SendRtcp(base::ByteView compound);
  /// Over DTLS, at most dtls::kMaxDataSize bytes.
  void SendData(base::ByteView packet);

  bool connected() const { return outbound_.has_value() && !closed_; }
  const ice::Agent& agent() const { return *agent_; }

 private:
  // ice::AgentObserver
  void OnIcePathAdded(const base::Path& path) override;
  void OnIcePathRemoved(const base::Path& path) override;
  void OnIcePathSelected(const base::Path& path) override;
  void OnIceStateChanged(ice::AgentState state) override;
  // dtls::TransportObserver
  void OnDtlsDatagram(base::ByteView datagram) override;
  void OnDtlsConnected(const dtls::SrtpKeys& keys) override;
  void OnDtlsData(base::ByteView data) override;
  void OnDtlsClosed() override;
  void OnDtlsFailed(const std::string& reason) override;

  base::Status StartDtls(const sdp::TransportDescription& remote);
  void StartDtlsOnPath();
  int CopiesOf(base::ByteView dtls_datagram) const;
  void HandleStun(base::ByteView datagram, const base::Path& path);
  void HandleSrtp(base::PacketBuffer datagram);
  bool IsProven(const base::Path& path);
  bool CountVerdict(srtp::Verdict verdict);
  template <typename Protect>
  size_t SendProtected(size_t capacity, uint64_t& counter, Protect&& protect);
  void End(const std::string& reason);

  const Config& config_;
  base::Random& random_;
  SecureTransportObserver& observer_;
  PathObserver& path_observer_;
  base::DatagramSink& sink_;
  Counters& counters_;

  std::unique_ptr<ice::Agent> agent_;
  ice::FullAgent* full_agent_ = nullptr;  // agent_, when we are the client
  ice::LiteAgent* lite_agent_ = nullptr;  // agent_, when we are the server
  std::vector<base::Path> paths_;         // proven by ICE; the last used one first
  std::unique_ptr<dtls::Transport> dtls_;
  bool dtls_started_ = false;
  base::Time dtls_begin_{};
  std::vector<dtls::Fingerprint> remote_fingerprints_;
  std::optional<srtp::InboundSession> inbound_;
  std::optional<srtp::OutboundSession> outbound_;
  base::Time now_{};  // of the call in progress, for events that carry no time
  bool closed_ = false;
};

}  // namespace plaza::peer::internal
