#include "sctp/internal/heartbeat.h"

#include <algorithm>

#include "sctp/internal/chunks.h"

namespace plaza::sctp::internal {
namespace {

constexpr uint16_t kHeartbeatInformation = 1;

}  // namespace

void Heartbeat::OnAnswered(base::Time now) {
  waits_ = false;
  next_ = now + kHeartbeatInterval;
}

void Heartbeat::OnAck(base::ByteView information, base::Time now) {
  ParameterReader parameters(information);
  const auto parameter = parameters.Next();
  if (!waits_ || !parameter || !std::ranges::equal(parameter->value, nonce_)) return;
  timeout_.OnMeasured(now - sent_at_);
  health_.OnAnswered();
  OnAnswered(now);
}

void Heartbeat::HandleTimeout(base::Time now) {
  if (next_ > now) return;
  if (waits_) {
    health_.OnUnanswered();
    timeout_.BackOff();
  }
  due_ = true;
}

void Heartbeat::Send(Outbox& out, base::Time now) {
  if (!due_) return;
  due_ = false;
  waits_ = true;
  sent_at_ = now;
  next_ = now + timeout_.value();
  random_.Fill(nonce_);
  auto writer = out.Add(ChunkType::kHeartbeat, 0, kTlvHeaderSize + nonce_.size());
  writer.U16(kHeartbeatInformation);
  writer.U16(static_cast<uint16_t>(kTlvHeaderSize + nonce_.size()));
  writer.Write(nonce_);
}

}  // namespace plaza::sctp::internal
