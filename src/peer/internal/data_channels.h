// The data channels of a peer: an SCTP association over its DTLS, once both sides agreed on one.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>

#include "base/random.h"
#include "base/result.h"
#include "peer/channel_observer.h"
#include "peer/config.h"
#include "peer/internal/secure_transport.h"
#include "sctp/socket.h"
#include "sdp/negotiation.h"

namespace plaza::peer::internal {

class DataChannels final : private sctp::SocketObserver {
 public:
  /// References outlive it.
  DataChannels(const Config& config, base::Random& random, SecureTransport& transport)
      : config_(config), random_(random), transport_(transport) {}

  /// After each negotiation: begins with the first that has data channels.
  void Update(std::span<const sdp::NegotiatedSection> sections, base::Time now);
  /// DTLS is up.
  void OnConnected(base::Time now);
  void HandlePacket(base::ByteView packet, base::Time now);
  base::Time NextDeadline() const;
  void HandleTimeout(base::Time now);

  // As sctp::Socket's; kFailedPrecondition without an association.
  base::Result<sctp::ChannelId> Open(const sctp::ChannelConfig& config, base::Time now);
  base::Status Send(sctp::ChannelId channel, sctp::MessageKind kind, base::ByteView message,
                    base::Time now);
  size_t BufferedAmount(sctp::ChannelId channel) const;
  void Close(sctp::ChannelId channel, base::Time now);

  sctp::Stats stats() const { return socket_ ? socket_->stats() : sctp::Stats(); }

 private:
  void OnSctpPacket(base::ByteView packet) override { transport_.SendData(packet); }
  void OnSctpConnected() override {}
  void OnSctpClosed(const std::string& reason) override;
  void OnChannelOpened(sctp::ChannelId channel, const sctp::ChannelConfig& config) override;
  void OnChannelClosed(sctp::ChannelId channel) override;
  void OnChannelMessage(sctp::ChannelId channel, sctp::MessageKind kind,
                        base::ByteView message) override;

  const Config& config_;
  base::Random& random_;
  SecureTransport& transport_;
  std::optional<sctp::Socket> socket_;
  std::set<sctp::ChannelId> open_;
  base::Time now_{};  // of the call that is being worked on
};

}  // namespace plaza::peer::internal
