// A client's microphone and camera: what they send, and how they answer feedback.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/packet_buffer.h"
#include "base/time.h"
#include "harness/sent_stream.h"
#include "rtp/rtcp/compound.h"
#include "sdp/negotiation.h"
#include "sfu/track_info.h"

namespace plaza::sim {

/// Mids of the sending m-lines.
inline constexpr char kAudioMid[] = "0";
inline constexpr char kVideoMid[] = "1";
inline constexpr base::Duration kAudioInterval = std::chrono::milliseconds(20);
inline constexpr size_t kAudioBytes = 100;

struct PublisherOptions {
  uint32_t source = 1;                  ///< the number of the publisher, in all stamps
  rtp::Codec video = rtp::Codec::kVp8;  ///< or kH264
  bool simulcast = false;               ///< three encodings, else the middle one alone
  base::Duration frame_interval = std::chrono::microseconds(66'667);
  uint32_t first_ssrc = 1000;
  uint32_t first_frame = 0;  ///< frames count on over connections
  uint16_t first_sequence_number = 0;
};

/// Sizes of the three encodings, as views are compared with them.
inline constexpr std::array<sfu::LayerSize, 3> kLayerSizes = {
    sfu::LayerSize{160, 90}, sfu::LayerSize{320, 180}, sfu::LayerSize{640, 360}};
inline constexpr const char* kRids[] = {"q", "h", "f"};

class Publisher {
 public:
  Publisher(const PublisherOptions& options, base::PacketPool& pool)
      : options_(options), pool_(pool) {}

  /// The sending m-lines, the first two of an offer.
  std::vector<sdp::OfferedSection> Sections() const;
  /// What is agreed; after the first answer nothing changes.
  void SetSections(std::span<const sdp::NegotiatedSection> sections);
  void SetSending(bool audio, bool video) { sends_audio_ = audio, sends_video_ = video; }

  void Start(base::Time now) { next_audio_ = next_video_ = now; }
  base::Time NextDeadline() const { return std::min(next_audio_, next_video_); }
  void HandleTimeout(rtp::PacketTransport& transport, base::Time now);

  void OnRtcp(const rtp::rtcp::Element& element, rtp::PacketTransport& transport, base::Time now);
  /// Writes one sender report for each stream that has begun.
  void WriteReports(rtp::PacketTransport& transport, base::Time now) const;

  std::optional<base::Duration> rtt() const;
  const std::vector<SentStream>& streams() const { return streams_; }
  bool sends_audio() const { return sends_audio_; }
  bool sends_video() const { return sends_video_; }

 private:
  SentStream* Find(uint32_t ssrc);
  void AddStreams(const sdp::NegotiatedSection& section, rtp::Codec codec);

  PublisherOptions options_;
  base::PacketPool& pool_;
  std::vector<SentStream> streams_;
  std::vector<bool> keyframe_wanted_;  // by stream
  bool sends_audio_ = true;
  bool sends_video_ = true;
  base::Time next_audio_ = base::kNever;
  base::Time next_video_ = base::kNever;
};

}  // namespace plaza::sim
