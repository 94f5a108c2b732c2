// Keeps what a peer says.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "peer/channel_observer.h"
#include "peer/path_observer.h"
#include "rtp/packet_transport.h"

namespace plaza::peer::testing {

class Recorder final : public rtp::PacketTransportObserver,
                       public PathObserver,
                       public ChannelObserver {
 public:
  void OnConnected(base::Time now) override {
    ++connected;
    connected_at = now;
  }
  void OnClosed(const std::string& reason) override {
    ++closed;
    close_reason = reason;
  }
  void OnRtp(const rtp::StreamKey& stream, const rtp::Packet& packet) override {
    rtp.emplace_back(stream, packet);
  }
  void OnRtcp(base::ByteView compound, base::Time) override {
    rtcp.emplace_back(compound.begin(), compound.end());
  }
  void OnTargetRate(base::DataRate rate, base::Time) override { targets.push_back(rate); }
  void OnPathAdded(const base::Path& path) override { paths.insert(path); }
  void OnPathRemoved(const base::Path& path) override { paths.erase(path); }

  void OnChannelOpened(sctp::ChannelId channel, const sctp::ChannelConfig& config,
                       base::Time) override {
    channels[channel] = config;
  }
  void OnChannelClosed(sctp::ChannelId channel) override { channels.erase(channel); }
  void OnChannelMessage(sctp::ChannelId, sctp::MessageKind, base::ByteView message,
                        base::Time) override {
    messages.emplace_back(base::AsText(message));
  }

  int connected = 0;
  base::Time connected_at{};
  int closed = 0;
  std::string close_reason;
  std::vector<std::pair<rtp::StreamKey, rtp::Packet>> rtp;
  std::vector<base::Bytes> rtcp;
  std::vector<base::DataRate> targets;
  std::set<base::Path> paths;
  std::map<sctp::ChannelId, sctp::ChannelConfig> channels;  ///< open ones
  std::vector<std::string> messages;
};

}  // namespace plaza::peer::testing
