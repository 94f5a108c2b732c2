#include "harness/received_stream.h"

#include <algorithm>
#include <array>

#include "rtp/frame_info.h"
#include "rtp/rtcp/keyframe_request.h"
#include "rtp/rtcp/nack.h"

namespace plaza::sim {
namespace {

constexpr size_t kMaxNacks = 100;
constexpr base::Duration kKeyframeInterval = std::chrono::milliseconds(300);

}  // namespace

ReceivedStream::ReceivedStream(uint32_t ssrc, uint32_t clock_rate, bool nack, base::Time now)
    : ssrc_(ssrc), nack_(nack), begin_(now), statistics_(ssrc, clock_rate) {}

void ReceivedStream::OnPacket(const rtp::Packet& packet, base::Time sent) {
  statistics_.OnPacket(packet);
  const rtp::FrameInfo info = rtp::ReadFrameInfo(packet);
  const bool video = rtp::KindOf(packet.codec) == rtp::MediaKind::kVideo;
  const uint16_t number = packet.header.sequence_number;
  if (nack_) nacks_.OnPacket(number, video && info.keyframe && info.first_packet, packet.arrival);
  ReceivedPacket noted;
  noted.timestamp = packet.header.timestamp;
  noted.codec = packet.codec;
  if (packet.payload_size > 0) noted.stamp = FindStamp(packet.payload());
  noted.first = info.first_packet;
  noted.keyframe = info.keyframe;
  noted.recovered = packet.recovered;
  noted.sent = sent;
  const int64_t position = unwrapper_.Unwrap(number);
  if (!packets_.emplace(position, noted).second) ++duplicates_;
  if (packet.recovered) ++recovered_;
  // The newest packet says which codec is being received.
  if (position > highest_ && packet.codec != codec_) {
    codec_ = packet.codec;
    assembler_.reset();
    if (video) assembler_.emplace(codec_);
  }
  highest_ = std::max(highest_, position);
  if (assembler_) {
    assembler_->Add(packet);
    TakeFrames(packet.arrival);
  }
}

void ReceivedStream::TakeFrames(base::Time now) {
  while (const auto frame = assembler_->Next(now)) {
    DecodedFrame decoded;
    decoded.at = now;
    if (const auto stamp = FindStamp(frame->data)) {
      decoded.stamp = *stamp;
      decoded.intact = frame->data == MakeFrame(codec_, *stamp);
    }
    frames_.push_back(decoded);
  }
  if (assembler_->TakeKeyframeWish()) keyframe_wish_ = true;
}

base::Time ReceivedStream::NextDeadline() const {
  base::Time next = nack_ ? nacks_.NextDeadline() : base::kNever;
  if (assembler_) next = std::min(next, assembler_->NextDeadline());
  if (keyframe_wish_) next = std::min(next, keyframe_allowed_);
  return next;
}

void ReceivedStream::HandleTimeout(rtp::rtcp::CompoundWriter& writer, uint32_t own_ssrc,
                                   base::Time now) {
  if (assembler_) TakeFrames(now);
  if (nack_) {
    std::array<uint16_t, kMaxNacks> lost;
    const size_t count = nacks_.Collect(now, lost);
    if (count > 0) rtp::rtcp::WriteNack(writer, own_ssrc, ssrc_, std::span(lost).first(count));
    if (nacks_.TakeKeyframeWish()) keyframe_wish_ = true;
  }
  if (!keyframe_wish_ || now < keyframe_allowed_) return;
  keyframe_wish_ = false;
  keyframe_allowed_ = now + kKeyframeInterval;
  ++keyframe_requests_;
  rtp::rtcp::WritePli(writer, {own_ssrc, ssrc_});
}

}  // namespace plaza::sim
