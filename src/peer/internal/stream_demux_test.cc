// From SSRC, mid, rid and payload type to m-line and encoding.
#include "peer/internal/stream_demux.h"

#include <gtest/gtest.h>

#include "rtp/header_writer.h"

namespace plaza::peer::internal {
namespace {

using rtp::Codec;
using rtp::StreamKey;

constexpr uint8_t kMidId = 1, kRidId = 2, kRepairedId = 3;

class Demux : public ::testing::Test {
 protected:
  Demux() {
    extensions.Set(rtp::Extension::kMid, kMidId);
    extensions.Set(rtp::Extension::kRid, kRidId);
    extensions.Set(rtp::Extension::kRepairedRid, kRepairedId);
  }

  static sdp::NegotiatedSection Section(uint16_t index, sdp::MediaKind kind,
                                        std::vector<std::string> rids = {}) {
    sdp::NegotiatedSection section;
    section.index = index;
    section.mid = "m" + std::to_string(index);
    section.kind = kind;
    section.accepted = true;
    section.direction = sdp::Direction::kRecvOnly;
    section.remote = sdp::RemoteStream();
    section.receive_rids = std::move(rids);
    if (kind == sdp::MediaKind::kAudio) {
      section.codecs = {{"opus", 111, {}, 48000, 2, {}, {}}};
    } else {
      section.codecs = {{"H264", 108, 109, 90000, 1, {}, {}}, {"VP8", 96, 97, 90000, 1, {}, {}}};
    }
    return section;
  }

  struct Sent {
    uint32_t ssrc = 1;
    uint8_t payload_type = 96;
    std::string mid, rid, repaired;
  };
  std::optional<StreamMatch> Find(const Sent& sent) {
    rtp::HeaderWriter elements;
    if (!sent.mid.empty()) elements.AddMid(kMidId, sent.mid);
    if (!sent.rid.empty()) elements.Add(kRidId, base::AsBytes(sent.rid));
    if (!sent.repaired.empty()) elements.Add(kRepairedId, base::AsBytes(sent.repaired));
    rtp::RtpHeader header;
    header.ssrc = sent.ssrc;
    header.payload_type = sent.payload_type;
    base::PacketBuffer buffer = pool.Acquire();
    buffer.Resize(elements.Write(header, buffer.storage())->bytes.size());
    return demux.Find(*rtp::ParsePacket(buffer, {}), error);
  }

  base::PacketPool pool;
  rtp::ExtensionMap extensions;
  StreamDemux demux;
  DemuxError error{};
};

TEST_F(Demux, AnnouncedSsrcsAreKnownAtOnce) {
  auto video = Section(0, sdp::MediaKind::kVideo);
  video.remote->ssrc = 7;
  video.remote->rtx_ssrc = 8;
  demux.Update(std::vector{video}, extensions);
  EXPECT_EQ(Find({.ssrc = 7, .payload_type = 108})->codec, Codec::kH264);
  const auto rtx = Find({.ssrc = 8, .payload_type = 97});
  ASSERT_TRUE(rtx);
  EXPECT_TRUE(rtx->rtx);
  EXPECT_EQ(rtx->original_ssrc, 7u);
  EXPECT_EQ(rtx->original_payload_type, 96);
  EXPECT_EQ(rtx->codec, Codec::kVp8);
}

TEST_F(Demux, APayloadTypeOfOneSectionIsEnough) {
  demux.Update(std::vector{Section(0, sdp::MediaKind::kAudio), Section(1, sdp::MediaKind::kVideo)},
               extensions);
  EXPECT_EQ(Find({.ssrc = 1, .payload_type = 111})->key, (StreamKey{0, 0}));
  EXPECT_EQ(Find({.ssrc = 2, .payload_type = 96})->key, (StreamKey{1, 0}));
}

TEST_F(Demux, APayloadTypeOfTwoSectionsNeedsTheMid) {
  demux.Update(std::vector{Section(0, sdp::MediaKind::kVideo), Section(1, sdp::MediaKind::kVideo)},
               extensions);
  EXPECT_FALSE(Find({.ssrc = 1}));
  EXPECT_EQ(error, DemuxError::kUnknownStream);
  EXPECT_EQ(Find({.ssrc = 1, .mid = "m1"})->key, (StreamKey{1, 0}));
  EXPECT_EQ(Find({.ssrc = 1})->key, (StreamKey{1, 0})) << "learned";
}

TEST_F(Demux, SectionsThatDoNotReceiveTakeNothing) {
  auto slot = Section(0, sdp::MediaKind::kVideo);
  slot.direction = sdp::Direction::kSendOnly;
  slot.remote.reset();
  demux.Update(std::vector{slot}, extensions);
  EXPECT_FALSE(Find({.mid = "m0"}));
}

TEST_F(Demux, SimulcastNeedsTheRid) {
  demux.Update(std::vector{Section(0, sdp::MediaKind::kVideo, {"l", "m", "h"})}, extensions);
  EXPECT_FALSE(Find({.ssrc = 1, .mid = "m0"}));
  EXPECT_FALSE(Find({.ssrc = 1, .mid = "m0", .rid = "x"}));
  EXPECT_EQ(Find({.ssrc = 1, .mid = "m0", .rid = "h"})->key, (StreamKey{0, 2}));
  EXPECT_EQ(Find({.ssrc = 2, .rid = "l"})->key, (StreamKey{0, 0}))
      << "the only m-line with this payload type";
}

TEST_F(Demux, RetransmissionBeforeTheStreamIsUnknown) {
  demux.Update(std::vector{Section(0, sdp::MediaKind::kVideo, {"l", "m"})}, extensions);
  EXPECT_FALSE(Find({.ssrc = 2, .payload_type = 97, .mid = "m0", .repaired = "m"}));
  EXPECT_EQ(error, DemuxError::kUnknownStream);
  EXPECT_TRUE(Find({.ssrc = 1, .mid = "m0", .rid = "m"}));
  EXPECT_EQ(Find({.ssrc = 2, .payload_type = 97})->original_ssrc, 1u);
}

TEST_F(Demux, ANewSsrcOfAnEncodingTakesThePlaceOfTheOld) {
  demux.Update(std::vector{Section(0, sdp::MediaKind::kVideo, {"l", "m"})}, extensions);
  for (uint32_t ssrc = 1; ssrc <= 1000; ++ssrc) EXPECT_TRUE(Find({.ssrc = ssrc, .rid = "l"}));
  EXPECT_EQ(demux.learned(), 1u);
  EXPECT_FALSE(Find({.ssrc = 1}));
}

TEST_F(Demux, APayloadTypeThatIsNotAgreedIsRefused) {
  auto video = Section(0, sdp::MediaKind::kVideo);
  video.remote->ssrc = 7;
  demux.Update(std::vector{video}, extensions);
  EXPECT_FALSE(Find({.ssrc = 7, .payload_type = 50}));
  EXPECT_EQ(error, DemuxError::kUnknownPayload);
  EXPECT_FALSE(Find({.ssrc = 7, .payload_type = 97})) << "retransmission on the media SSRC";
}

TEST_F(Demux, WhatWasLearnedStaysWhileTheSectionReceives) {
  const auto video = Section(0, sdp::MediaKind::kVideo, {"l", "m"});
  demux.Update(std::vector{video}, extensions);
  EXPECT_TRUE(Find({.ssrc = 5, .rid = "m"}));
  demux.Update(std::vector{video, Section(1, sdp::MediaKind::kVideo)}, extensions);
  EXPECT_EQ(Find({.ssrc = 5})->key, (StreamKey{0, 1}));
  auto recycled = video;
  recycled.mid = "other";
  demux.Update(std::vector{recycled, Section(1, sdp::MediaKind::kVideo)}, extensions);
  EXPECT_FALSE(Find({.ssrc = 5}));
}

TEST_F(Demux, AnSsrcThatMovesLeavesItsOldPlace) {
  auto first = Section(0, sdp::MediaKind::kVideo);
  auto second = Section(1, sdp::MediaKind::kVideo);
  first.remote->ssrc = 7;
  second.remote->ssrc = 7;
  demux.Update(std::vector{first, second}, extensions);
  EXPECT_EQ(Find({.ssrc = 7})->key, (StreamKey{1, 0}));
  EXPECT_EQ(demux.learned(), 1u);
}

}  // namespace
}  // namespace plaza::peer::internal
