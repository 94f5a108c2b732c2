// Keeps what a socket says.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "sctp/socket.h"

namespace plaza::sctp::testing {

/// One end: a socket, and what it said.
class Endpoint : public SocketObserver {
 public:
  Endpoint(const Options& options, uint64_t seed)
      : random_(seed), socket(std::make_unique<Socket>(options, random_, *this)) {}

  void OnSctpPacket(base::ByteView packet) override {
    packets.emplace_back(packet.begin(), packet.end());
  }
  void OnSctpConnected() override { ++connected; }
  void OnSctpClosed(const std::string& reason) override {
    ++closed;
    close_reason = reason;
  }
  void OnChannelOpened(ChannelId channel, const ChannelConfig& config) override {
    opened[channel] = config;
  }
  void OnChannelClosed(ChannelId channel) override { closed_channels.push_back(channel); }
  void OnChannelMessage(ChannelId channel, MessageKind kind, base::ByteView message) override {
    messages[channel].emplace_back(base::AsText(message));
    kinds[channel].push_back(kind);
  }

 private:
  base::SeededRandom random_;

 public:
  std::unique_ptr<Socket> socket;
  std::deque<base::Bytes> packets;  ///< that wait to be carried
  int connected = 0;
  int closed = 0;
  std::string close_reason;
  std::map<ChannelId, ChannelConfig> opened;
  std::vector<ChannelId> closed_channels;
  std::map<ChannelId, std::vector<std::string>> messages;
  std::map<ChannelId, std::vector<MessageKind>> kinds;
};

}  // namespace plaza::sctp::testing
