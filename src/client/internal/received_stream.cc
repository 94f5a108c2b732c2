// Packets into counters, and gaps into feedback.
#include "client/internal/received_stream.h"

#include <algorithm>
#include <array>
#include <utility>

#include "client/vp8_pattern.h"
#include "rtp/frame_info.h"
#include "rtp/rtcp/keyframe_request.h"
#include "rtp/rtcp/nack.h"
#include "rtp/vp8.h"

namespace plaza::client::internal {
namespace {

constexpr size_t kMaxNackBatch = 128;
constexpr size_t kNackBytes = 8 + 4 * kMaxNackBatch;
constexpr size_t kPliBytes = 8;

FrameCheck CheckContents(const WholeFrame& frame) {
  base::Bytes bytes;
  for (const rtp::Packet* packet : frame.packets) {
    const auto payload = rtp::ParseVp8(packet->payload());
    if (!payload) return FrameCheck::kForeign;
    const base::ByteView data = packet->payload().subspan(payload->size);
    bytes.insert(bytes.end(), data.begin(), data.end());
  }
  return CheckVp8Frame(bytes);
}

}  // namespace

ReceivedStream::ReceivedStream(const ReceivedStreamConfig& config)
    : config_(config), statistics_(config.ssrc, config.clock_rate) {
  if (config_.video && config_.mode == ReceiveMode::kFrames)
    frames_ = std::make_unique<FrameAssembler>([this](const WholeFrame& f) { OnFrame(f); });
}

void ReceivedStream::OnPacket(const rtp::Packet& packet) {
  statistics_.OnPacket(packet);
  ++counters_.packets;
  counters_.bytes += packet.payload_size;
  counters_.recovered += packet.recovered ? 1 : 0;
  const rtp::FrameInfo info = rtp::ReadFrameInfo(packet);
  const bool keyframe_start = config_.video && info.keyframe && info.first_packet;
  nacks_.OnPacket(packet.header.sequence_number, keyframe_start, packet.arrival);
  if (!config_.video) return;
  if (!std::exchange(started_, true)) keyframe_request_due_ = packet.arrival + kKeyframePatience;
  if (keyframe_start) keyframe_request_due_ = base::kNever;
  if (nacks_.TakeKeyframeWish()) WantKeyframe(packet.arrival);
  if (frames_) frames_->Add(packet, info);
}

void ReceivedStream::OnFrame(const WholeFrame& frame) {
  ++counters_.frames;
  counters_.keyframes += frame.keyframe ? 1 : 0;
  const bool vp8 = frame.packets.front()->codec == rtp::Codec::kVp8;
  if (vp8 && CheckContents(frame) == FrameCheck::kDamaged) ++counters_.damaged_frames;
}

void ReceivedStream::WantKeyframe(base::Time now) {
  keyframe_request_due_ = std::min(keyframe_request_due_, std::max(now, keyframe_request_allowed_));
}

base::Time ReceivedStream::NextDeadline() const {
  return std::min(config_.nack ? nacks_.NextDeadline() : base::kNever, keyframe_request_due_);
}

void ReceivedStream::WriteFeedback(RtcpSender& sender, base::Time now) {
  if (now < NextDeadline()) return;
  if (config_.nack) {
    std::array<uint16_t, kMaxNackBatch> lost;
    const size_t count = nacks_.Collect(now, lost);
    counters_.nacked += count;
    if (count > 0) {
      rtp::rtcp::WriteNack(sender.WithRoom(kNackBytes), sender.ssrc(), config_.ssrc,
                           std::span(lost).first(count));
    }
    if (config_.video && nacks_.TakeKeyframeWish()) WantKeyframe(now);
  }
  if (now < keyframe_request_due_) return;
  rtp::rtcp::WritePli(sender.WithRoom(kPliBytes), {sender.ssrc(), config_.ssrc});
  ++counters_.keyframe_requests;
  keyframe_request_allowed_ = now + kKeyframePatience;
  keyframe_request_due_ = base::kNever;
}

ReceiveCounters ReceivedStream::TakeCounters() {
  const int64_t lost = statistics_.cumulative_lost();
  counters_.lost = lost - std::exchange(lost_before_, lost);
  return std::exchange(counters_, {});
}

}  // namespace plaza::client::internal
