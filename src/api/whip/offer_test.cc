#include "api/whip/offer.h"

#include <gtest/gtest.h>

namespace plaza::api {
namespace {

std::string Line(const char* kind, int mid, const char* direction) {
  return std::string("m=") + kind + " 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:" + std::to_string(mid) +
         "\r\na=" + direction + "\r\n";
}

base::Result<WhipOffer> Read(const std::string& lines, bool egress = false) {
  WhipTarget target;
  target.egress = egress;
  return ReadWhipOffer("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\n" + lines, target);
}

TEST(WhipOffer, PublishesWhatSends) {
  const auto offer = Read(Line("audio", 0, "sendonly") + Line("video", 1, "sendrecv"));
  ASSERT_TRUE(offer.ok()) << offer.error().message;
  ASSERT_EQ(offer->tracks.size(), 2u);
  EXPECT_EQ(offer->tracks[0].kind, signal::MediaKind::kAudio);
  EXPECT_EQ(offer->tracks[1].mid, "1");
  EXPECT_EQ(offer->tracks[1].published, true);
  EXPECT_EQ(offer->description.sections[1].direction, sdp::Direction::kSendOnly);
}

TEST(WhipOffer, ReceivesWithoutPublishing) {
  const auto offer = Read(Line("video", 0, "recvonly") + Line("audio", 1, "sendrecv"), true);
  ASSERT_TRUE(offer.ok()) << offer.error().message;
  EXPECT_TRUE(offer->tracks.empty());
  EXPECT_EQ(offer->description.sections[1].direction, sdp::Direction::kRecvOnly);
}

TEST(WhipOffer, NeedsSomethingThatFlows) {
  EXPECT_EQ(Read(Line("audio", 0, "recvonly")).error().kind, base::ErrorKind::kUnsupported);
  EXPECT_EQ(Read(Line("audio", 0, "sendonly"), true).error().kind, base::ErrorKind::kUnsupported);
  EXPECT_EQ(Read("").error().kind, base::ErrorKind::kUnsupported);
}

TEST(WhipOffer, MayNotSendTwoOfAKind) {
  const auto offer = Read(Line("video", 0, "sendonly") + Line("video", 1, "sendonly"));
  ASSERT_FALSE(offer.ok());
  EXPECT_EQ(offer.error().kind, base::ErrorKind::kUnsupported);
}

TEST(WhipOffer, LeavesOtherLinesToBeRejected) {
  const auto offer = Read(Line("audio", 0, "sendonly") +
                          "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:1\r\n");
  ASSERT_TRUE(offer.ok()) << offer.error().message;
  EXPECT_EQ(offer->description.sections.size(), 2u);
}

TEST(WhipOffer, WhatIsNoSdpIsAnInvalidArgument) {
  EXPECT_EQ(ReadWhipOffer("hello", {}).error().kind, base::ErrorKind::kInvalidArgument);
}

}  // namespace
}  // namespace plaza::api
