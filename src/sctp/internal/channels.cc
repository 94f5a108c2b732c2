#include "sctp/internal/channels.h"

#include <algorithm>
#include <string>
#include <utility>

#include "sctp/internal/constants.h"

namespace plaza::sctp::internal {
namespace {

base::Error NoSuchChannel() {
  return {base::ErrorKind::kNotFound, "no such channel is open", "channel", 0};
}

base::Status Check(const ChannelConfig& config) {
  if (config.label.size() > kMaxLabelBytes)
    return base::InvalidArgument("label",
                                 "must have at most " + std::to_string(kMaxLabelBytes) + " bytes");
  if (config.protocol.size() > kMaxLabelBytes)
    return base::InvalidArgument("protocol",
                                 "must have at most " + std::to_string(kMaxLabelBytes) + " bytes");
  if (config.max_retransmits && config.max_lifetime)
    return base::InvalidArgument("max_lifetime", "can't be combined with max_retransmits");
  return {};
}

Ppid PpidOf(MessageKind kind, bool empty) {
  if (kind == MessageKind::kText) return empty ? Ppid::kEmptyText : Ppid::kText;
  return empty ? Ppid::kEmptyBinary : Ppid::kBinary;
}

}  // namespace

// The lowest that is free and ours.
base::Result<uint16_t> Channels::FreeStream() const {
  if (channels_.size() >= options_.max_channels)
    return base::Error{base::ErrorKind::kResourceExhausted, "too many channels", {}, 0};
  for (uint32_t stream = options_.dtls_client ? 0 : 1; stream < association_.outbound_streams();
       stream += 2)
    if (!channels_.contains(static_cast<uint16_t>(stream))) return static_cast<uint16_t>(stream);
  return base::Error{base::ErrorKind::kResourceExhausted, "all streams are in use", {}, 0};
}

base::Result<ChannelId> Channels::Open(const ChannelConfig& config, base::Time now) {
  if (auto legal = Check(config); !legal) return legal.error();
  const auto stream = FreeStream();
  if (!stream) return stream.error();
  if (auto sent = SendControl(*stream, SerializeOpen(config), now); !sent) return sent.error();
  channels_[*stream] = {config};
  return ChannelId(*stream);
}

base::Status Channels::SendControl(uint16_t stream, base::Bytes message, base::Time now) {
  OutgoingMessage out;
  out.stream = stream;
  out.ppid = static_cast<uint32_t>(Ppid::kDcep);
  out.payload = std::move(message);
  return association_.Send(std::move(out), now);
}

base::Status Channels::Send(ChannelId id, MessageKind kind, base::ByteView message,
                            base::Time now) {
  const auto found = channels_.find(id.value());
  if (found == channels_.end() || found->second.state == State::kClosing) return NoSuchChannel();
  if (message.size() > options_.remote_max_message_size)
    return base::InvalidArgument("message", "must have at most " +
                                                std::to_string(options_.remote_max_message_size) +
                                                " bytes, the other side's a=max-message-size");
  const auto& [stream, channel] = *found;
  OutgoingMessage out;
  out.stream = stream;
  out.ppid = static_cast<uint32_t>(PpidOf(kind, message.empty()));
  // Before the other side has the OPEN, nothing may overtake it (RFC 8832 section 6).
  out.unordered = !channel.config.ordered && channel.state != State::kOpening;
  if (channel.config.max_retransmits) out.limits.max_retransmits = *channel.config.max_retransmits;
  if (channel.config.max_lifetime) out.limits.expires_at = now + *channel.config.max_lifetime;
  out.payload.assign(message.begin(), message.end());
  if (message.empty()) out.payload.push_back(0);
  return association_.Send(std::move(out), now);
}

void Channels::Close(ChannelId id, base::Time now) {
  const auto found = channels_.find(id.value());
  if (found == channels_.end() || found->second.state == State::kClosing) return;
  found->second.state = State::kClosing;
  const bool began = association_.established();
  association_.ResetStream(id.value(), !began, now);
  if (began) return;
  // The other side never heard of it.
  channels_.erase(found);
  observer_.OnClosed(id);
}

void Channels::OnMessage(ReceivedMessage message) {
  const auto ppid = static_cast<Ppid>(message.ppid);
  if (ppid == Ppid::kDcep) return HandleDcep(message.stream, message.payload);
  const auto found = channels_.find(message.stream);
  const bool text = ppid == Ppid::kText || ppid == Ppid::kEmptyText;
  const bool empty = ppid == Ppid::kEmptyText || ppid == Ppid::kEmptyBinary;
  const bool known = text || empty || ppid == Ppid::kBinary;
  // What came on a channel that we are closing still counts, as long as the other side sends.
  if (found == channels_.end() || !known || found->second.incoming_reset) {
    ++unwanted_;
    return;
  }
  if (empty) message.payload.clear();
  observer_.OnMessage(ChannelId(message.stream), text ? MessageKind::kText : MessageKind::kBinary,
                      std::move(message.payload));
}

void Channels::HandleDcep(uint16_t stream, base::ByteView message) {
  if (auto config = ParseOpen(message)) return HandleOpen(stream, std::move(*config));
  const auto found = channels_.find(stream);
  if (!IsAck(message) || found == channels_.end() || found->second.state != State::kOpening) {
    ++unwanted_;
    return;
  }
  found->second.state = State::kOpen;
  observer_.OnOpened(ChannelId(stream), found->second.config);
}

void Channels::HandleOpen(uint16_t stream, ChannelConfig config) {
  bool predecessor_reset = false;
  if (const auto old = channels_.find(stream); old != channels_.end()) {
    if (!old->second.incoming_reset) {
      ++unwanted_;
      return;
    }
    // The other side saw our reset already and uses the stream anew; its answer is under way.
    predecessor_reset = true;
    channels_.erase(old);
    observer_.OnClosed(ChannelId(stream));
  }
  const bool refused = IsOurs(stream) || channels_.size() >= options_.max_channels ||
                       stream >= association_.outbound_streams();
  if (refused) {
    ++unwanted_;
    if (stream < association_.outbound_streams()) resets_due_.push_back(stream);
    return;
  }
  acks_due_.push_back(stream);
  Channel& channel = channels_[stream];
  channel.config = std::move(config);
  channel.state = State::kOpen;
  channel.predecessor_reset = predecessor_reset;
  observer_.OnOpened(ChannelId(stream), channel.config);
}

void Channels::OnIncomingReset(const std::vector<uint16_t>& streams) {
  if (streams.empty()) {
    for (auto channel = channels_.begin(); channel != channels_.end();)
      HandleIncomingReset(channel++);
    return;
  }
  for (const uint16_t stream : streams)
    if (const auto found = channels_.find(stream); found != channels_.end())
      HandleIncomingReset(found);
}

void Channels::HandleIncomingReset(Table::iterator found) {
  Channel& channel = found->second;
  channel.incoming_reset = true;
  // Nobody reads what waits here.
  if (std::exchange(channel.state, State::kClosing) != State::kClosing)
    resets_due_.push_back(found->first);
  ForgetIfClosed(found);
}

void Channels::OnOutgoingReset(uint16_t stream) {
  const auto found = channels_.find(stream);
  if (found == channels_.end() || std::exchange(found->second.predecessor_reset, false)) return;
  found->second.outgoing_reset = true;
  ForgetIfClosed(found);
}

void Channels::ForgetIfClosed(Table::iterator found) {
  if (!found->second.incoming_reset || !found->second.outgoing_reset) return;
  const ChannelId id(found->first);
  channels_.erase(found);
  observer_.OnClosed(id);
}

void Channels::SendDue(base::Time now) {
  for (const uint16_t stream : std::exchange(acks_due_, {})) {
    // Without room for it, the next message on the channel says as much.
    if (channels_.contains(stream)) (void)SendControl(stream, SerializeAck(), now);
  }
  for (const uint16_t stream : std::exchange(resets_due_, {}))
    association_.ResetStream(stream, true, now);
}

}  // namespace plaza::sctp::internal
