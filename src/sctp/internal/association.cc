#include "sctp/internal/association.h"

#include <algorithm>
#include <array>
#include <utility>

#include "sctp/internal/chunks.h"
#include "sctp/internal/transfer.h"

namespace plaza::sctp::internal {

Association::Association(const Options& options, base::Random& random,
                         AssociationObserver& observer)
    : options_(options),
      random_(random),
      observer_(observer),
      cookies_(random),
      local_tag_(std::max(random.Next32(), uint32_t{1})),
      local_initial_tsn_(random.Next32()),
      out_({options.local_port, options.remote_port, 0}, options.max_packet_size, *this) {}

Association::~Association() = default;

bool Association::IsForUs(const PacketView& packet) const {
  if (packet.header.source_port != options_.remote_port ||
      packet.header.destination_port != options_.local_port)
    return false;
  const uint32_t tag = packet.header.verification_tag;
  ChunkReader reader(packet.chunks);
  const ChunkView first = *reader.Next();
  switch (first.type) {  // RFC 9260 section 8.5.1
    case ChunkType::kInit:
      return tag == 0 && !reader.Next();
    case ChunkType::kAbort:
    case ChunkType::kShutdownComplete:
      return IsReflected(first) ? tag == remote_.tag && tag != 0 : tag == local_tag_;
    default:
      return tag == local_tag_;
  }
}

void Association::HandlePacket(base::ByteView bytes, base::Time now) {
  PacketFault fault{};
  const auto packet = ParsePacket(bytes, fault);
  if (!packet) {
    ++(fault == PacketFault::kChecksum ? stats_.dropped_checksum : stats_.dropped_malformed);
    return;
  }
  if (!IsForUs(*packet)) {
    ++stats_.dropped_stranger;
    return;
  }
  ++stats_.packets_received;
  if (state_ == State::kEnded) return AnswerAfterTheEnd(*packet);
  ChunkReader reader(packet->chunks);
  while (const auto chunk = reader.Next())
    if (!HandleChunk(*chunk, now) || state_ == State::kEnded) break;
  if (transfer_) transfer_->receiver.OnPacketEnd();
  Flush(now);
}

// RFC 9260 section 8.4: the other side may not know yet.
void Association::AnswerAfterTheEnd(const PacketView& packet) {
  ChunkReader reader(packet.chunks);
  switch (reader.Next()->type) {
    case ChunkType::kAbort:
    case ChunkType::kShutdownComplete:
    case ChunkType::kError:
    case ChunkType::kInit:
      return;
    case ChunkType::kShutdownAck:
      out_.SetTag(local_tag_);
      WriteEmpty(ChunkType::kShutdownComplete, out_, true);
      break;
    default:
      out_.SetTag(local_tag_);
      (void)out_.Add(ChunkType::kAbort, 1, 0);
      break;
  }
  out_.Flush();
}

// False: the rest of the packet does not count.
bool Association::HandleChunk(const ChunkView& chunk, base::Time now) {
  switch (chunk.type) {
    case ChunkType::kInit:
      HandleInit(chunk, now);
      return false;
    case ChunkType::kInitAck:
      HandleInitAck(chunk, now);
      return false;
    case ChunkType::kCookieEcho:
      HandleCookieEcho(chunk, now);
      return true;
    case ChunkType::kCookieAck:
      HandleCookieAck(now);
      return true;
    case ChunkType::kAbort:
      End("aborted by the other side: " + DescribeCauses(chunk));
      return false;
    case ChunkType::kError:
      // A cookie that got stale is the one that matters: all begins again with the next T1.
      if (state_ == State::kCookieEchoed) state_ = State::kCookieWait;
      return true;
    case ChunkType::kData:
    case ChunkType::kSack:
    case ChunkType::kHeartbeat:
    case ChunkType::kHeartbeatAck:
    case ChunkType::kReConfig:
    case ChunkType::kForwardTsn:
    case ChunkType::kShutdown:
    case ChunkType::kShutdownAck:
    case ChunkType::kShutdownComplete:
      if (transfer_) HandleTransferChunk(chunk, now);
      return true;
  }
  return HandleUnknown(chunk);
}

// The two high bits of a type say what to do with it (RFC 9260 section 3.2).
bool Association::HandleUnknown(const ChunkView& chunk) {
  const auto type = static_cast<uint8_t>(chunk.type);
  if ((type & 0x40) != 0 && transfer_) {
    const base::ByteView whole(chunk.value.data() - kTlvHeaderSize,
                               chunk.value.size() + kTlvHeaderSize);
    WriteCause(ChunkType::kError, ErrorCause::kUnrecognizedChunk, whole, out_);
  }
  return (type & 0x80) != 0;
}

void Association::HandleTransferChunk(const ChunkView& chunk, base::Time now) {
  switch (chunk.type) {
    case ChunkType::kData:
      return HandleData(chunk, now);
    case ChunkType::kSack:
      return HandleSack(chunk, now);
    case ChunkType::kHeartbeat:
      if (chunk.value.size() <= out_.max_value())
        WriteBytes(ChunkType::kHeartbeatAck, chunk.value, out_);
      return;
    case ChunkType::kHeartbeatAck:
      return transfer_->heartbeat.OnAck(chunk.value, now);
    case ChunkType::kReConfig:
      return transfer_->reset.OnReConfig(chunk);
    case ChunkType::kForwardTsn:
      return HandleForwardTsn(chunk);
    case ChunkType::kShutdown:
      return HandleShutdown(chunk, now);
    case ChunkType::kShutdownAck:
      return HandleShutdownAck();
    case ChunkType::kShutdownComplete:
      return HandleShutdownComplete();
    default:
      return;
  }
}

bool Association::MayReceive() const {
  return state_ == State::kEstablished || state_ == State::kShutdownPending ||
         state_ == State::kShutdownSent;
}

void Association::HandleData(const ChunkView& chunk, base::Time now) {
  if (!MayReceive()) return;
  const auto data = ParseData(chunk);
  if (!data) {
    ++stats_.dropped_malformed;
    return;
  }
  if (data->payload.empty()) {
    std::array<uint8_t, 4> tsn{};
    base::StoreU32(tsn.data(), data->tsn);
    WriteCause(ChunkType::kAbort, ErrorCause::kNoUserData, tsn, out_);
    return End("the other side sent an empty DATA chunk");
  }
  DataReceiver& receiver = transfer_->receiver;
  if (data->stream >= kMaxStreams) {
    std::array<uint8_t, 4> stream{};
    base::StoreU16(stream.data(), data->stream);
    WriteCause(ChunkType::kError, ErrorCause::kInvalidStream, stream, out_);
    receiver.OnUselessData(*data, now);
    return;
  }
  switch (receiver.OnData(*data, now)) {
    case DataReceiver::Outcome::kTaken:
      break;
    case DataReceiver::Outcome::kDropped:
      ++stats_.dropped_data;
      break;
    case DataReceiver::Outcome::kTooLarge:
      return Fail(ErrorCause::kProtocolViolation, "message larger than a=max-message-size");
    case DataReceiver::Outcome::kExhausted:
      return Fail(ErrorCause::kOutOfResource, "too much data that can't be put in order");
  }
  if (state_ == State::kShutdownSent) WriteShutdown(ToWireTsn(receiver.cumulative()), out_);
  DeliverMessages();
}

void Association::HandleForwardTsn(const ChunkView& chunk) {
  const auto forward = ParseForwardTsn(chunk);
  if (!forward || !MayReceive()) {
    ++stats_.dropped_malformed;
    return;
  }
  transfer_->receiver.OnForwardTsn(*forward);
  DeliverMessages();
}

void Association::DeliverMessages() {
  for (ReceivedMessage& message : transfer_->receiver.TakeReady()) {
    ++stats_.messages_received;
    observer_.OnMessage(std::move(message));
  }
}

void Association::HandleSack(const ChunkView& chunk, base::Time now) {
  const auto sack = ParseSack(chunk);
  if (!sack) {
    ++stats_.dropped_malformed;
    return;
  }
  transfer_->sender.OnSack(*sack, now);
  transfer_->heartbeat.OnAnswered(now);
}

base::Status Association::Send(OutgoingMessage message, base::Time now) {
  if (state_ >= State::kShutdownPending)
    return base::Error{base::ErrorKind::kFailedPrecondition, "the association has ended", {}, 0};
  const size_t kept = queue_.memory() + (transfer_ ? transfer_->sender.memory() : 0);
  if (kept + message.payload.size() > options_.send_buffer)
    return base::Error{base::ErrorKind::kResourceExhausted, "the send buffer is full", {}, 0};
  ++stats_.messages_sent;
  queue_.Push(std::move(message));
  Flush(now);
  return {};
}

void Association::ResetStream(uint16_t stream, bool drop, base::Time now) {
  if (drop) queue_.Clear(stream);
  if (!transfer_) return;
  if (!remote_.re_config) {  // all that can be done is to forget it
    observer_.OnIncomingReset({stream});
    return observer_.OnOutgoingReset(stream);
  }
  transfer_->reset.Request(stream);
  Flush(now);
}

base::Time Association::NextDeadline() const {
  if (state_ == State::kEnded) return base::kNever;
  const base::Time own = std::min(setup_.at(), shutdown_.at());
  if (!transfer_) return own;
  return std::min({own, transfer_->sender.NextDeadline(), transfer_->receiver.NextDeadline(),
                   transfer_->reset.NextDeadline(), transfer_->heartbeat.NextDeadline()});
}

void Association::HandleTimeout(base::Time now) {
  if (state_ == State::kEnded) return;
  if (setup_.Expire(now)) HandleSetupTimeout();
  if (shutdown_.Expire(now)) HandleShutdownTimeout();
  if (transfer_ && state_ != State::kEnded) {
    transfer_->sender.HandleTimeout(now);
    transfer_->reset.HandleTimeout(now);
    if (transfer_->sender.idle()) {
      transfer_->heartbeat.HandleTimeout(now);
    } else if (transfer_->heartbeat.NextDeadline() <= now) {
      transfer_->heartbeat.OnAnswered(now);  // data asks already
    }
  }
  Flush(now);
}

// Sends what has become due, at the end of whatever came from outside.
void Association::Flush(base::Time now) {
  if (established()) {
    Transfer& t = *transfer_;
    if (t.health.failed()) {
      Fail(ErrorCause::kUserAbort, "the other side does not answer");
    } else {
      if (t.receiver.sack_due(now)) t.receiver.SendSack(out_);
      t.reset.Send(out_, now);
      t.sender.Send(out_, now);
      t.heartbeat.Send(out_, now);
      AdvanceShutdown(now);
    }
  }
  out_.Flush();
  // Only here: parts of it may have been at work further up.
  if (state_ == State::kEnded) transfer_.reset();
}

void Association::Abort(const std::string& reason) {
  if (state_ == State::kEnded) return;
  Fail(ErrorCause::kUserAbort, reason);
  out_.Flush();
}

// Ends with an ABORT.
void Association::Fail(ErrorCause cause, const std::string& reason) {
  if (remote_.tag != 0) WriteCause(ChunkType::kAbort, cause, base::AsBytes(reason), out_);
  End(reason);
}

void Association::End(const std::string& reason) {
  if (std::exchange(state_, State::kEnded) == State::kEnded) return;
  setup_.Stop();
  shutdown_.Stop();
  observer_.OnEnded(reason);
}

Stats Association::stats() const {
  Stats stats = stats_;
  stats.messages_expired = queue_.expired();
  if (!transfer_) return stats;
  stats.messages_abandoned = transfer_->sender.abandoned();
  stats.retransmissions = transfer_->sender.retransmissions();
  return stats;
}

void Association::SendPacket(base::ByteView packet) {
  ++stats_.packets_sent;
  observer_.OnPacketToSend(packet);
}

void Association::OnIncomingReset(const std::vector<uint16_t>& streams) {
  observer_.OnIncomingReset(streams);
}

void Association::OnOutgoingReset(uint16_t stream) { observer_.OnOutgoingReset(stream); }

}  // namespace plaza::sctp::internal
