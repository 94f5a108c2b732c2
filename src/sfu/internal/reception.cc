// Receiving one stream.
#include "sfu/internal/reception.h"

#include <algorithm>
#include <array>

#include "rtp/extension_reader.h"
#include "rtp/rtcp/nack.h"

namespace plaza::sfu {
namespace {

// NACKs of one stream in one element.
constexpr size_t kMaxNacks = 250;

PassedExtensions ReadPassed(const rtp::Packet& packet, const rtp::ExtensionMap& ids) {
  PassedExtensions passed;
  rtp::ExtensionReader reader(packet);
  while (const auto element = reader.Next()) {
    const auto extension = ids.Of(element->id);
    if (!extension || element->value.empty()) continue;
    const uint8_t first = element->value[0];
    switch (*extension) {
      case rtp::Extension::kAudioLevel:
        passed.audio_level = first;
        break;
      case rtp::Extension::kVideoOrientation:
        passed.video_orientation = first;
        break;
      case rtp::Extension::kContentType:
        passed.content_type = first;
        break;
      case rtp::Extension::kPlayoutDelay:
        if (element->value.size() == 3) {
          passed.playout_delay = {first, element->value[1], element->value[2]};
        }
        break;
      default:
        break;
    }
  }
  return passed;
}

}  // namespace

// Numbers begin with the time, so that those of a track that is published anew are higher than
// those of the one before: copies on other workers may still get packets of that.
Reception::Reception(uint32_t ssrc, uint32_t clock_rate, base::Time now)
    : ssrc_(ssrc),
      clock_rate_(clock_rate),
      statistics_(ssrc, clock_rate),
      base_(base::ToMillis(now.time_since_epoch()) << 20) {}

MediaPacket Reception::OnPacket(const rtp::Packet& packet, const rtp::ExtensionMap& ids) {
  MediaPacket media{.packet = packet, .frame = rtp::ReadFrameInfo(packet)};
  statistics_.OnPacket(packet);
  const bool video = rtp::KindOf(packet.codec) == rtp::MediaKind::kVideo;
  const bool opens_keyframe = video && media.frame.keyframe && media.frame.first_packet;
  const uint16_t number = packet.header.sequence_number;
  const auto event = nack_.OnPacket(number, opens_keyframe, packet.arrival);
  if (event == rtp::NackGenerator::Event::kReset) JumpAhead();
  media.sequence = Number(number);
  media.extensions = ReadPassed(packet, ids);
  if (packet.codec == rtp::Codec::kVp8) media.vp8 = rtp::ParseVp8(packet.payload());
  return media;
}

int64_t Reception::Number(uint16_t sequence_number) {
  const int64_t number = base_ + unwrapper_.Unwrap(sequence_number);
  highest_ = std::max(highest_, number);
  return number;
}

// Numbers go on at a distance that no loss explains, and still end in the 16 bits of the wire.
void Reception::JumpAhead() {
  unwrapper_.Reset();
  base_ = (highest_ / 65536 + 1) * 65536 + 65536;
}

void Reception::Restart(uint32_t ssrc) {
  ssrc_ = ssrc;
  nack_ = {};
  statistics_ = rtp::ReceiveStatistics(ssrc, clock_rate_);
  JumpAhead();
}

void Reception::WriteNacks(RtcpOut& out, uint32_t local_ssrc, base::Time now) {
  if (!missing()) return;
  std::array<uint16_t, kMaxNacks> lost;
  const size_t count = nack_.Collect(now, lost);
  if (count == 0) return;
  out.Add([&](rtp::rtcp::CompoundWriter& writer) {
    // Two SSRCs, then at most four bytes a number: as a whole or not at all.
    if (writer.remaining() < 8 + 4 * count) return false;
    return rtp::rtcp::WriteNack(writer, local_ssrc, ssrc_, std::span(lost).first(count)) > 0;
  });
}

}  // namespace plaza::sfu
