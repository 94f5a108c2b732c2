// All sending m-lines of one connection.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/packet_buffer.h"
#include "base/random.h"
#include "base/time.h"
#include "client/config.h"
#include "client/internal/rtcp_sender.h"
#include "client/internal/sent_audio.h"
#include "client/internal/sent_video.h"
#include "rtp/rtcp/compound.h"
#include "sdp/negotiation.h"
#include "signal/messages.h"

namespace plaza::client::internal {

/// The counters of both kinds, which outlive a connection.
struct SendTally {
  SendCounters audio;
  SendCounters video;
};

/// What a track is said to be.
struct TrackState {
  bool published = true;
  bool muted = false;
  bool sends() const { return published && !muted; }
};

class Publisher {
 public:
  /// `random` and `tally` outlive the publisher.
  Publisher(const Config& config, base::Random& random, SendTally& tally);

  /// The m-lines to offer, the first ones of the offer: their mids are "0" and "1".
  std::vector<sdp::OfferedSection> Sections() const;
  /// The tracks on them, for `join` and `offer`.
  std::vector<signal::SentTrack> Tracks() const;
  /// What is agreed now. Calls after the first change nothing.
  void SetSections(std::span<const sdp::NegotiatedSection> sections);
  void SetState(signal::MediaKind kind, TrackState state, base::Time now);

  /// Media flows from now on.
  void Start(base::Time now);
  base::Time NextDeadline() const;
  /// Sends what is due.
  void Send(rtp::PacketTransport& transport, base::Time now);

  /// Takes reports, NACKs and keyframe requests about our streams.
  void OnRtcp(const rtp::rtcp::Element& element, rtp::PacketTransport& transport, base::Time now);
  void WriteReports(RtcpSender& sender, base::Time now);
  /// To the server and back, when it is known.
  std::optional<base::Duration> rtt() const;

 private:
  void MakeAudio(const sdp::NegotiatedSection& section);
  void MakeVideo(const sdp::NegotiatedSection& section);
  SentStream* Find(uint32_t ssrc);
  template <typename Visit>
  void ForEachStream(Visit&& visit);
  void OnNack(const rtp::rtcp::Element& element, rtp::PacketTransport& transport, base::Time now);
  void OnKeyframeRequest(uint32_t ssrc);
  void Apply(base::Time now);

  const Config& config_;
  base::Random& random_;
  SendTally& tally_;
  uint32_t first_ssrc_;
  base::PacketPool pool_;
  std::optional<SentAudio> audio_;
  std::optional<SentVideo> video_;
  TrackState audio_state_;
  TrackState video_state_;
  bool started_ = false;
};

}  // namespace plaza::client::internal
