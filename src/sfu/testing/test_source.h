// Makes the packets of one encoding of a track, each stamped so that whoever gets it knows what it
// is.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "base/packet_buffer.h"
#include "rtp/header_writer.h"
#include "rtp/packet.h"
#include "rtp/test_packet.h"
#include "rtp/vp8.h"

namespace plaza::sfu::testing {

/// What a packet says about itself at the end of its payload.
struct Stamp {
  uint32_t source = 0;  ///< of TestSource
  uint8_t encoding = 0;
  bool keyframe = false;
  uint32_t frame = 0;
  uint8_t part = 0;  ///< which packet of the frame
  uint8_t parts = 0;
  uint32_t captured_ms = 0;
};

inline constexpr size_t kStampSize = 16;

inline void AppendStamp(base::Bytes& payload, const Stamp& stamp) {
  uint8_t bytes[kStampSize];
  base::StoreU32(bytes, stamp.source);
  bytes[4] = stamp.encoding;
  bytes[5] = stamp.keyframe;
  base::StoreU32(bytes + 6, stamp.frame);
  bytes[10] = stamp.part;
  bytes[11] = stamp.parts;
  base::StoreU32(bytes + 12, stamp.captured_ms);
  payload.insert(payload.end(), bytes, bytes + kStampSize);
}

inline std::optional<Stamp> ReadStamp(base::ByteView payload) {
  if (payload.size() < kStampSize) return std::nullopt;
  const uint8_t* bytes = payload.data() + payload.size() - kStampSize;
  return Stamp{base::LoadU32(bytes),     bytes[4],  bytes[5] != 0,
               base::LoadU32(bytes + 6), bytes[10], bytes[11],
               base::LoadU32(bytes + 12)};
}

class TestSource {
 public:
  struct Options {
    rtp::Codec codec = rtp::Codec::kVp8;
    uint32_t source = 1;
    uint8_t encoding = 0;
    uint32_t ssrc = 1000;
    uint16_t first_sequence_number = 100;
    uint32_t first_timestamp = 5000;
    uint8_t packets_per_frame = 2;
    size_t packet_size = 200;
    rtp::ExtensionMap extensions{};
    std::optional<uint8_t> audio_level{};
  };

  explicit TestSource(Options options)
      : options_(options),
        sequence_number_(options.first_sequence_number),
        keyframe_wanted_(rtp::KindOf(options.codec) == rtp::MediaKind::kVideo) {}

  const Options& options() const { return options_; }
  bool video() const { return rtp::KindOf(options_.codec) == rtp::MediaKind::kVideo; }
  uint32_t clock_rate() const { return video() ? 90'000 : 48'000; }
  void WantKeyframe() { keyframe_wanted_ = true; }
  void SetAudioLevel(uint8_t level) { options_.audio_level = level; }
  int keyframes() const { return keyframes_; }
  uint32_t frames() const { return frame_; }

  /// Timestamps follow capture time.
  uint32_t TimestampAt(base::Time captured) const {
    const int64_t ticks = captured.time_since_epoch().count() * clock_rate() / 1'000'000;
    return options_.first_timestamp + static_cast<uint32_t>(ticks);
  }

  /// The packets of the frame captured at `captured`.
  std::vector<rtp::Packet> NextFrame(base::Time captured) {
    const bool keyframe = std::exchange(keyframe_wanted_, false);
    keyframes_ += keyframe ? 1 : 0;
    ++frame_;
    std::vector<rtp::Packet> packets;
    const uint8_t parts = video() ? options_.packets_per_frame : 1;
    for (uint8_t part = 0; part < parts; ++part) {
      const Stamp stamp{options_.source,
                        options_.encoding,
                        keyframe,
                        frame_,
                        part,
                        parts,
                        static_cast<uint32_t>(base::ToMillis(captured.time_since_epoch()))};
      packets.push_back(Make(Payload(stamp), TimestampAt(captured), part + 1 == parts));
    }
    if (video()) ++picture_id_;
    return packets;
  }
  /// A packet of nothing but padding, as senders use to probe.
  rtp::Packet NextPadding(base::Time captured) { return Make({}, TimestampAt(captured), false); }
  /// For a NACK; nothing if it was never sent.
  std::optional<rtp::Packet> Again(uint16_t sequence_number) const {
    const auto it = history_.find(sequence_number);
    if (it == history_.end()) return std::nullopt;
    rtp::Packet packet = it->second;
    packet.recovered = true;
    return packet;
  }

 private:
  base::Bytes Payload(const Stamp& stamp) const {
    base::Bytes payload;
    if (options_.codec == rtp::Codec::kVp8) payload = Vp8Start(stamp);
    if (options_.codec == rtp::Codec::kH264) payload = H264Start(stamp);
    payload.resize(std::max(payload.size(), options_.packet_size - kStampSize), 0xAB);
    AppendStamp(payload, stamp);
    return payload;
  }
  base::Bytes Vp8Start(const Stamp& stamp) const {
    rtp::Vp8Descriptor descriptor{.start_of_partition = stamp.part == 0,
                                  .picture_id = picture_id_ & 0x7FFF,
                                  .long_picture_id = true,
                                  .tl0_picture_index = static_cast<uint8_t>(picture_id_),
                                  .temporal_id = 0};
    uint8_t bytes[rtp::kMaxVp8DescriptorSize];
    const size_t size = rtp::WriteVp8Descriptor(descriptor, bytes);
    base::Bytes payload(bytes, bytes + size);
    // Frame tag: bit 0 is clear on keyframes, which go on with a start code and their size.
    const base::Bytes tag = stamp.keyframe
                                ? base::Bytes{0x10, 0, 0, 0x9D, 0x01, 0x2A, 0x40, 0x01, 0xB4, 0}
                                : base::Bytes{0x11, 0, 0};
    if (stamp.part == 0) payload.insert(payload.end(), tag.begin(), tag.end());
    return payload;
  }
  // A keyframe is one packet with an SPS, then the slices; all as single NAL units.
  base::Bytes H264Start(const Stamp& stamp) const {
    if (!stamp.keyframe) return {0x41, static_cast<uint8_t>(stamp.part == 0 ? 0x9A : 0x10)};
    if (stamp.part == 0) return {0x67, 0x42, 0xE0, 0x1F};
    return {0x65, static_cast<uint8_t>(stamp.part == 1 ? 0x88 : 0x10)};
  }
  rtp::Packet Make(base::ByteView payload, uint32_t timestamp, bool marker) {
    rtp::RtpHeader header{.payload_type = 96,
                          .marker = marker,
                          .sequence_number = sequence_number_++,
                          .timestamp = timestamp,
                          .ssrc = options_.ssrc};
    rtp::HeaderWriter elements;
    if (options_.audio_level) {
      elements.AddAudioLevel(options_.extensions.IdOf(rtp::Extension::kAudioLevel),
                             {*options_.audio_level, false});
    }
    rtp::Packet packet = rtp::MakeTestPacket(pool_, header, payload, elements);
    packet.codec = options_.codec;
    history_[header.sequence_number] = packet;
    history_.erase(static_cast<uint16_t>(header.sequence_number - kHistory));
    return packet;
  }

  static constexpr uint16_t kHistory = 2000;

  Options options_;
  base::PacketPool pool_;
  uint16_t sequence_number_;
  uint16_t picture_id_ = 77;
  uint32_t frame_ = 0;
  int keyframes_ = 0;
  bool keyframe_wanted_;
  std::map<uint16_t, rtp::Packet> history_;
};

}  // namespace plaza::sfu::testing
