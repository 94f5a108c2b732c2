// Keeping m-lines, slots and users together.
#include "client/internal/receiver.h"

#include <algorithm>

#include "rtp/rtcp/reports.h"

namespace plaza::client::internal {
namespace {

constexpr size_t kReportHeader = 4;

bool Agreed(const sdp::NegotiatedCodec& codec, const char* feedback) {
  return std::find(codec.feedback.begin(), codec.feedback.end(), feedback) != codec.feedback.end();
}

ReceivedStreamConfig ConfigOf(const sdp::NegotiatedSection& section, ReceiveMode mode) {
  const sdp::NegotiatedCodec& codec = section.codecs.front();
  ReceivedStreamConfig config;
  config.ssrc = section.remote->ssrc.value_or(0);
  config.clock_rate = codec.clock_rate;
  config.video = section.kind == sdp::MediaKind::kVideo;
  // Without RTX a packet would have to come again under its own number, which SRTP refuses.
  config.nack = Agreed(codec, "nack") && codec.rtx_payload_type.has_value();
  config.mode = mode;
  return config;
}

}  // namespace

void Receiver::SetSections(std::span<const sdp::NegotiatedSection> sections) {
  lines_.resize(std::max(lines_.size(), sections.size()));
  for (const sdp::NegotiatedSection& section : sections) {
    Line& line = lines_[section.index];
    line.mid = section.mid;
    line.video = section.kind == sdp::MediaKind::kVideo;
    if (line.stream || !section.accepted || !section.remote || section.codecs.empty()) continue;
    line.stream = std::make_unique<ReceivedStream>(ConfigOf(section, config_.receive));
  }
}

void Receiver::SetLines(const std::vector<signal::SlotLines>& lines) {
  for (const signal::SlotLines& slot : lines) {
    AssignSlot(slot.audio_mid, slot.slot);
    AssignSlot(slot.video_mid, slot.slot);
  }
}

void Receiver::AssignSlot(const std::string& mid, uint32_t slot) {
  for (Line& line : lines_)
    if (line.mid == mid) line.slot = slot;
}

void Receiver::SetUse(const signal::SlotUse& use) {
  for (Line& line : lines_)
    if (line.slot == use.slot) FlushLine(line);
  if (use.user_id)
    occupants_[use.slot] = {*use.user_id, use.stream};
  else
    occupants_.erase(use.slot);
}

void Receiver::FlushLine(Line& line) {
  if (!line.stream) return;
  const auto occupant = line.slot ? occupants_.find(*line.slot) : occupants_.end();
  tally_.Add(occupant == occupants_.end() ? std::nullopt : std::optional(occupant->second),
             line.video, line.stream->TakeCounters());
}

void Receiver::Flush() {
  for (Line& line : lines_) FlushLine(line);
}

void Receiver::OnPacket(const rtp::StreamKey& key, const rtp::Packet& packet) {
  if (key.media >= lines_.size() || !lines_[key.media].stream) return;
  ReceivedStream& stream = *lines_[key.media].stream;
  stream.OnPacket(packet);
  if (config_.on_packet) Tap(lines_[key.media], packet);
  next_deadline_ = std::min(next_deadline_, stream.NextDeadline());
}

void Receiver::Tap(const Line& line, const rtp::Packet& packet) const {
  static const SourceKey nobody;
  const auto occupant = line.slot ? occupants_.find(*line.slot) : occupants_.end();
  const SourceKey& source = occupant == occupants_.end() ? nobody : occupant->second;
  config_.on_packet({source.user_id, source.stream, line.video, packet});
}

void Receiver::OnSenderReport(uint32_t ssrc, rtp::NtpTime ntp, base::Time now) {
  for (Line& line : lines_)
    if (line.stream && line.stream->ssrc() == ssrc) line.stream->OnSenderReport(ntp, now);
}

void Receiver::SetRtt(base::Duration rtt) {
  for (Line& line : lines_)
    if (line.stream) line.stream->SetRtt(rtt);
}

void Receiver::WriteFeedback(RtcpSender& sender, base::Time now) {
  next_deadline_ = base::kNever;
  for (Line& line : lines_) {
    if (!line.stream) continue;
    line.stream->WriteFeedback(sender, now);
    next_deadline_ = std::min(next_deadline_, line.stream->NextDeadline());
  }
}

void Receiver::WriteReports(RtcpSender& sender, base::Time now) {
  std::vector<rtp::rtcp::ReportBlock> blocks;
  const auto write = [&] {
    const size_t size = kReportHeader + blocks.size() * rtp::rtcp::ReportBlockList::kBlockSize;
    rtp::rtcp::WriteReceiverReport(sender.WithRoom(size), sender.ssrc(), blocks);
    blocks.clear();
  };
  for (Line& line : lines_) {
    if (!line.stream) continue;
    if (const auto block = line.stream->BuildReportBlock(now)) blocks.push_back(*block);
    if (blocks.size() == rtp::rtcp::kMaxReportBlocks) write();
  }
  if (!blocks.empty()) write();
}

}  // namespace plaza::client::internal
