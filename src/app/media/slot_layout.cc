#include "app/media/slot_layout.h"

#include "peer/peer.h"
#include "sfu/limits.h"

namespace plaza::app {
namespace {

constexpr uint8_t kAudio = 1, kVideo = 2;

sfu::HalfConfig HalfOf(const sdp::NegotiatedSection& section, const sdp::LocalStream& stream) {
  sfu::HalfConfig half;
  half.media = section.index;
  half.mid = section.mid;
  half.ssrc = stream.ssrc;
  for (const sdp::NegotiatedCodec& codec : section.codecs) {
    const rtp::Codec known = peer::CodecOf(codec);
    if (known == rtp::Codec::kUnknown || half.For(known).media != 0)
      continue;  // the preferred one counts
    half.For(known) = {codec.payload_type, codec.rtx_payload_type.value_or(0)};
    if (codec.rtx_payload_type) half.rtx_ssrc = stream.rtx_ssrc.value_or(0);
  }
  return half;
}

}  // namespace

std::optional<uint32_t> SlotLayout::SlotForNewLine(bool video) {
  const uint8_t other = video ? kAudio : kVideo;
  if (!halves_.empty() && halves_.back() == other) {
    halves_.back() = kAudio | kVideo;
  } else {
    if (halves_.size() == sfu::kMaxSlots) return std::nullopt;
    halves_.push_back(video ? kVideo : kAudio);
  }
  return static_cast<uint32_t>(halves_.size() - 1);
}

uint32_t SlotLayout::NewSsrc() {
  for (;;) {
    const uint32_t ssrc = random_->Next32();
    bool taken = ssrc == 0;
    for (const auto& [mid, line] : lines_)
      taken |= ssrc == line.stream.ssrc || ssrc == line.stream.rtx_ssrc;
    if (!taken) return ssrc;
  }
}

base::Result<std::optional<sdp::LocalStream>> SlotLayout::StreamFor(
    const sdp::NegotiatedSection& section) {
  if (const auto known = lines_.find(section.mid); known != lines_.end())
    return std::optional(known->second.stream);
  Line line;
  line.video = section.kind == sdp::MediaKind::kVideo;
  const auto slot = SlotForNewLine(line.video);
  if (!slot)
    return base::InvalidArgument("sdp", "m-lines to receive in make at most " +
                                            std::to_string(sfu::kMaxSlots) +
                                            " slots (an audio line with the video line after it)");
  line.slot = *slot;
  line.stream.ssrc = NewSsrc();
  if (line.video) {
    do line.stream.rtx_ssrc = NewSsrc();
    while (line.stream.rtx_ssrc == line.stream.ssrc);
  }
  line.stream.stream_id = "slot" + std::to_string(line.slot);
  line.stream.track_id = line.stream.stream_id + (line.video ? "v" : "a");
  line.stream.cname = "plaza";
  return std::optional(lines_.emplace(section.mid, std::move(line)).first->second.stream);
}

std::vector<sfu::SlotConfig> SlotLayout::Apply(std::span<const sdp::NegotiatedSection> sections) {
  std::vector<bool> changed(halves_.size());
  for (auto index = static_cast<uint32_t>(slots_.size()); index < halves_.size(); ++index)
    slots_.push_back({index, std::nullopt, std::nullopt});
  for (const sdp::NegotiatedSection& section : sections) {
    const auto line = lines_.find(section.mid);
    if (!section.accepted || !section.local || line == lines_.end()) continue;
    sfu::SlotConfig& slot = slots_[line->second.slot];
    auto& half = line->second.video ? slot.video : slot.audio;
    if (!half) changed[slot.index] = true;
    half = HalfOf(section, line->second.stream);
  }
  std::vector<sfu::SlotConfig> fresh;
  for (const sfu::SlotConfig& slot : slots_) {
    if (changed[slot.index]) fresh.push_back(slot);
  }
  return fresh;
}

std::vector<SlotMids> SlotLayout::Mids() const {
  std::vector<SlotMids> mids;
  for (const sfu::SlotConfig& slot : slots_)
    mids.push_back(
        {slot.index, slot.audio ? slot.audio->mid : "", slot.video ? slot.video->mid : ""});
  return mids;
}

}  // namespace plaza::app
