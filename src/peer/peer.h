// One WebRTC peer: ICE, DTLS, SRTP, SDP and bandwidth feedback joined into a packet transport.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/packet_buffer.h"
#include "base/random.h"
#include "base/result.h"
#include "base/socket_address.h"
#include "base/time.h"
#include "ice/agent.h"
#include "peer/config.h"
#include "peer/counters.h"
#include "peer/path_observer.h"
#include "rtp/packet_transport.h"
#include "sctp/channel.h"
#include "sctp/stats.h"
#include "sdp/negotiation.h"

namespace plaza::peer {

/// Does no I/O: takes datagrams and the time, gives datagrams to the sink, packets and events to
/// the observers, and the next deadline. Belongs to one thread.
class Peer final : public rtp::PacketTransport {
 public:
  /// All references, and `config.dtls`, outlive the peer. `random` must be fit for keys.
  Peer(Config config, base::Random& random, rtp::PacketTransportObserver& observer,
       PathObserver& paths, base::DatagramSink& sink, base::Time now);
  ~Peer() override;
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  /// Server: takes an offer, the first or a later one (more m-lines, changed directions, ICE
  /// restart), and gives the answer. `streams` is asked what we send in a section that it was not
  /// asked about before; what it said once stays. On an Error (of `streams`, too) nothing has
  /// changed. kFailedPrecondition: the offer is of another DTLS association (changed fingerprint),
  /// it needs a new Peer.
  base::Result<std::string> Accept(std::string_view offer, const sdp::StreamSource& streams,
                                   base::Time now);

  /// Client: an offer of these sections. Later offers repeat the earlier ones and add to them.
  /// `restart_ice` asks for new paths.
  std::string Offer(std::vector<sdp::OfferedSection> sections, base::Time now,
                    bool restart_ice = false);
  /// Client: the answer to the last Offer(). On an Error nothing has changed.
  base::Status ApplyAnswer(std::string_view answer, base::Time now);

  // Data channels (RFC 8831), where both sides agreed on them: Config::channels, and a section of
  // kApplication in an offer. Errors are those of sctp::Socket, and kFailedPrecondition where
  // nothing is agreed.

  /// Opens a channel, also before the transport is connected.
  base::Result<sctp::ChannelId> OpenChannel(const sctp::ChannelConfig& config, base::Time now);
  base::Status SendMessage(sctp::ChannelId channel, sctp::MessageKind kind, base::ByteView message,
                           base::Time now);
  /// Bytes of messages that were not yet sent.
  size_t BufferedAmount(sctp::ChannelId channel) const;
  /// Closes the channel when what waits on it has been sent.
  void CloseChannel(sctp::ChannelId channel, base::Time now);

  /// One datagram, as it came; decrypted in place, so the buffer must not be shared.
  void HandleDatagram(base::PacketBuffer datagram, const base::Path& path, base::Time now);
  /// The socket or connection under this path is gone.
  void RemovePath(const base::Path& path, base::Time now);
  /// Server: whether this SSRC is one of a stream that came from the other side.
  bool Receives(uint32_t ssrc) const;
  /// Server: media of such a stream came on an unknown path. Asks whether the other side has moved
  /// there; if so the path is added and selected.
  void AskPath(const base::Path& path, base::Time now);
  /// When HandleTimeout() wants to be called; may change with any other call. kNever: nothing is
  /// waited for.
  base::Time NextDeadline() const;
  void HandleTimeout(base::Time now);
  /// Tells the other side (close_notify) and ends. No event follows.
  void Close(base::Time now);

  // rtp::PacketTransport
  const rtp::ExtensionMap& extensions() const override;
  void SendRtp(const rtp::OutgoingRtp& packet, base::Time now) override;
  void SendRtcp(base::ByteView compound) override;

  /// Our username fragment: STUN requests that name it are this peer's. Changes with an ICE
  /// restart.
  const std::string& local_ufrag() const;
  /// What is agreed, one element a m-line, in order. Empty before the first negotiation. Valid
  /// until the next.
  std::span<const sdp::NegotiatedSection> sections() const;
  bool connected() const;
  ice::AgentState ice_state() const;
  const ice::AgentStats& ice_stats() const;
  /// Where we send; null when there is no path.
  const base::Path* selected_path() const;
  Counters counters() const;
  /// Of the data channels.
  sctp::Stats data_stats() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// The codec that a negotiated format stands for.
rtp::Codec CodecOf(const sdp::NegotiatedCodec& codec);

}  // namespace plaza::peer
