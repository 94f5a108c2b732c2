#include "signal/channel.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace plaza::signal {
namespace {

/// `{"type":…}` with the numbers put in front.
std::string Numbered(uint64_t seq, uint64_t ack, const std::string& body) {
  std::string text = "{\"seq\":" + std::to_string(seq) + ",\"ack\":" + std::to_string(ack) + ",";
  text.append(body, 1);
  return text;
}

base::Error Broken(std::string field, std::string message) {
  return base::InvalidArgument(std::move(field), std::move(message));
}

}  // namespace

base::Status Channel::Send(Body body) {
  assert(body && body->size() > 2 && body->front() == '{');
  if (unacked_.size() >= kMaxUnackedMessages || unacked_bytes_ + body->size() > kMaxUnackedBytes)
    return base::Error{base::ErrorKind::kResourceExhausted, "too much waits for the other side", "",
                       0};
  unacked_bytes_ += body->size();
  unacked_.push_back(std::move(body));
  return {};
}

bool Channel::CanResumeFrom(uint64_t peer_has) const {
  return peer_has >= acked_ && peer_has <= ever_sent_;
}

void Channel::Attach(base::Time now, uint64_t peer_has) {
  assert(CanResumeFrom(peer_has));
  Detach();
  attached_ = true;
  sent_ = peer_has;
  (void)TakeAck(peer_has);
  acknowledged_ = received_;  // the handshake told it
  if (config_.pings) ping_deadline_ = now + config_.ping_interval;
  Heard(now);
}

void Channel::Detach() {
  attached_ = false;
  silent_ = ack_wanted_ = ping_wanted_ = pong_wanted_ = false;
  ack_deadline_ = ping_deadline_ = silence_deadline_ = base::kNever;
}

base::Status Channel::TakeAck(std::optional<uint64_t> ack) {
  if (!ack) return {};
  if (*ack > sent_) return Broken("ack", "ack names a message that was never sent");
  while (acked_ < *ack) {
    unacked_bytes_ -= unacked_.front()->size();
    unacked_.pop_front();
    ++acked_;
  }
  return {};
}

void Channel::Heard(base::Time now) { silence_deadline_ = now + config_.silence_limit; }

base::Result<bool> Channel::OnNumbered(base::Time now, uint64_t seq, std::optional<uint64_t> ack) {
  if (auto taken = OnUnnumbered(now, ack); !taken) return taken.error();
  if (seq > received_ + 1) return Broken("seq", "seq must be " + std::to_string(received_ + 1));
  const bool fresh = seq == received_ + 1;
  if (fresh) ++received_;
  if (!fresh || received_ - acknowledged_ >= kAckEvery) ack_wanted_ = true;
  ack_deadline_ = std::min(ack_deadline_, now + kAckDelay);
  return fresh;
}

base::Status Channel::OnUnnumbered(base::Time now, std::optional<uint64_t> ack) {
  Heard(now);
  return TakeAck(ack);
}

base::Status Channel::OnPing(base::Time now, std::optional<uint64_t> ack) {
  pong_wanted_ = true;
  return OnUnnumbered(now, ack);
}

/// A frame of nothing but its type and what we have received.
std::string Channel::WithAck(const char* type) {
  acknowledged_ = received_;
  ack_wanted_ = false;
  ack_deadline_ = base::kNever;
  return std::string("{\"type\":\"") + type + "\",\"ack\":" + std::to_string(received_) + "}";
}

std::optional<std::string> Channel::Poll() {
  if (!attached_) return std::nullopt;
  if (std::exchange(pong_wanted_, false)) return WithAck("pong");
  if (std::exchange(ping_wanted_, false)) return WithAck("ping");
  if (sent_ < acked_ + unacked_.size()) {
    acknowledged_ = received_;
    ack_wanted_ = false;
    ack_deadline_ = base::kNever;
    ever_sent_ = std::max(ever_sent_, ++sent_);
    return Numbered(sent_, received_, *unacked_[sent_ - acked_ - 1]);
  }
  if (ack_wanted_) return WithAck("ack");
  return std::nullopt;
}

// Nothing is due without a socket, whatever late frames of the last one have set.
base::Time Channel::NextDeadline() const {
  if (!attached_) return base::kNever;
  return std::min({ack_deadline_, ping_deadline_, silence_deadline_});
}

void Channel::HandleTimeout(base::Time now) {
  if (!attached_) return;
  if (now >= ack_deadline_) {
    ack_wanted_ = true;
    ack_deadline_ = base::kNever;
  }
  if (now >= ping_deadline_) {
    ping_wanted_ = true;
    ping_deadline_ = now + config_.ping_interval;
  }
  if (now >= silence_deadline_) {
    silent_ = true;
    silence_deadline_ = base::kNever;
  }
}

}  // namespace plaza::signal
