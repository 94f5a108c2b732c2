#include "peer/internal/data_channels.h"

#include <algorithm>
#include <utility>

#include "dtls/transport.h"

namespace plaza::peer::internal {
namespace {

base::Error NoAssociation() {
  return {base::ErrorKind::kFailedPrecondition, "data channels are not agreed on", {}, 0};
}

}  // namespace

void DataChannels::Update(std::span<const sdp::NegotiatedSection> sections, base::Time now) {
  const auto agreed =
      std::find_if(sections.begin(), sections.end(),
                   [](const sdp::NegotiatedSection& s) { return s.accepted && s.data; });
  if (agreed == sections.end() || socket_ || !config_.channels) return;
  sctp::Options options;
  options.remote_port = agreed->data->sctp_port;
  options.dtls_client = config_.role == Role::kClient;
  options.max_packet_size = dtls::kMaxDataSize;
  options.max_message_size = config_.capabilities.max_message_size;
  options.remote_max_message_size =
      agreed->data->max_message_size > 0 ? agreed->data->max_message_size : SIZE_MAX;
  socket_.emplace(options, random_, static_cast<sctp::SocketObserver&>(*this));
  if (transport_.connected()) OnConnected(now);
}

// One side is enough: the server waits.
void DataChannels::OnConnected(base::Time now) {
  now_ = now;
  if (socket_ && config_.role == Role::kClient) socket_->Connect(now);
}

void DataChannels::HandlePacket(base::ByteView packet, base::Time now) {
  now_ = now;
  if (socket_) socket_->HandlePacket(packet, now);
}

base::Time DataChannels::NextDeadline() const {
  return socket_ ? socket_->NextDeadline() : base::kNever;
}

void DataChannels::HandleTimeout(base::Time now) {
  now_ = now;
  if (socket_ && socket_->NextDeadline() <= now) socket_->HandleTimeout(now);
}

base::Result<sctp::ChannelId> DataChannels::Open(const sctp::ChannelConfig& config,
                                                 base::Time now) {
  now_ = now;
  if (!socket_) return NoAssociation();
  return socket_->Open(config, now);
}

base::Status DataChannels::Send(sctp::ChannelId channel, sctp::MessageKind kind,
                                base::ByteView message, base::Time now) {
  now_ = now;
  if (!socket_) return NoAssociation();
  return socket_->Send(channel, kind, message, now);
}

size_t DataChannels::BufferedAmount(sctp::ChannelId channel) const {
  return socket_ ? socket_->BufferedAmount(channel) : 0;
}

void DataChannels::Close(sctp::ChannelId channel, base::Time now) {
  now_ = now;
  if (socket_) socket_->Close(channel, now);
}

void DataChannels::OnSctpClosed(const std::string&) {
  for (const sctp::ChannelId channel : std::exchange(open_, {}))
    config_.channels->OnChannelClosed(channel);
}

void DataChannels::OnChannelOpened(sctp::ChannelId channel, const sctp::ChannelConfig& config) {
  open_.insert(channel);
  config_.channels->OnChannelOpened(channel, config, now_);
}

void DataChannels::OnChannelClosed(sctp::ChannelId channel) {
  if (open_.erase(channel) > 0) config_.channels->OnChannelClosed(channel);
}

void DataChannels::OnChannelMessage(sctp::ChannelId channel, sctp::MessageKind kind,
                                    base::ByteView message) {
  config_.channels->OnChannelMessage(channel, kind, message, now_);
}

}  // namespace plaza::peer::internal
