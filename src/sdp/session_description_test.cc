// Reading and writing descriptions.
#include "sdp/session_description.h"

#include <gtest/gtest.h>

#include "sdp/testing/offers.h"

namespace plaza::sdp {
namespace {

// A description of one audio section with `lines` in it.
std::string WithLines(const std::string& lines) {
  return "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111 "
         "0\r\n" +
         lines;
}

std::string ErrorOf(const std::string& text) {
  const auto parsed = Parse(text);
  if (parsed) return "parsed";
  EXPECT_EQ(parsed.error().field, "sdp");
  return parsed.error().message;
}

MediaSection SectionWith(const std::string& lines) {
  const auto parsed = Parse(WithLines(lines));
  EXPECT_TRUE(parsed.ok()) << parsed.error().message;
  return parsed.ok() ? parsed->sections.at(0) : MediaSection();
}

TEST(Parse, ReadsAnOfferOfChromium) {
  const auto offer = Parse(testing::kChromiumOffer);
  ASSERT_TRUE(offer.ok()) << offer.error().message;
  EXPECT_EQ(offer->session_id, 7457922517728061103u);
  EXPECT_EQ(offer->version, 2u);
  ASSERT_EQ(offer->sections.size(), 5u);
  EXPECT_EQ(offer->bundle()->mids, (std::vector<std::string>{"0", "1", "2", "3", "6"}));

  const MediaSection& audio = offer->sections[0];
  EXPECT_EQ(audio.kind, MediaKind::kAudio);
  EXPECT_EQ(audio.direction, Direction::kSendOnly);
  EXPECT_TRUE(audio.rtcp_mux && audio.rtcp_reduced_size && audio.extmap_allow_mixed);
  EXPECT_EQ(audio.ice.ufrag, "LfFX");
  EXPECT_EQ(audio.setup, Setup::kActPass);
  ASSERT_EQ(audio.fingerprints.size(), 1u);
  EXPECT_EQ(audio.fingerprints[0].algorithm, "sha-256");
  EXPECT_EQ(audio.candidates.size(), 2u);
  const Payload* opus = audio.FindPayload(111);
  ASSERT_TRUE(opus);
  EXPECT_EQ(opus->name, "opus");
  EXPECT_EQ(opus->clock_rate, 48000u);
  EXPECT_EQ(opus->channels, 2);
  EXPECT_EQ(Find(opus->parameters, "useinbandfec"), "1");
  EXPECT_EQ(opus->feedback, std::vector<std::string>{"transport-cc"});

  const MediaSection& video = offer->sections[1];
  ASSERT_EQ(video.source_groups.size(), 1u);
  EXPECT_EQ(video.source_groups[0].semantics, "FID");
  ASSERT_EQ(video.sources.size(), 2u);
  EXPECT_EQ(video.sources[0].cname, "D7Hc/Yn4qpMb+tV2");
  EXPECT_EQ(video.msids.at(0).track, "9da8fe5c-173f-4e59-9dae-e7c4595b4d33");
  EXPECT_EQ(video.FindPayload(96)->feedback.size(), 5u);

  const MediaSection& data = offer->sections[4];
  EXPECT_EQ(data.kind, MediaKind::kApplication);
  EXPECT_EQ(data.formats, std::vector<std::string>{"webrtc-datachannel"});
  EXPECT_EQ(data.sctp_port, 5000);
  EXPECT_EQ(data.max_message_size, 262144u);
}

TEST(Parse, ReadsSimulcast) {
  const auto offer = Parse(testing::kChromiumSimulcastOffer);
  ASSERT_TRUE(offer.ok()) << offer.error().message;
  const MediaSection& video = offer->sections.at(0);
  EXPECT_EQ(video.rids.size(), 3u);
  EXPECT_EQ(video.rids[0].id, "l");
  EXPECT_EQ(video.rids[0].direction, Direction::kSendOnly);
  EXPECT_EQ(video.simulcast->send, (std::vector<std::string>{"l", "m", "h"}));
  EXPECT_TRUE(video.simulcast->receive.empty());
}

TEST(Parse, MovesSessionLevelValuesIntoTheSections) {
  const auto offer = Parse(testing::kFirefoxOffer);
  ASSERT_TRUE(offer.ok()) << offer.error().message;
  EXPECT_EQ(offer->ice_options, std::vector<std::string>{"trickle"});
  for (const MediaSection& section : offer->sections) EXPECT_EQ(section.fingerprints.size(), 1u);
  EXPECT_EQ(offer->sections[2].port, 0);
  EXPECT_TRUE(offer->sections[2].bundle_only);
  EXPECT_FALSE(offer->sections[2].rejected());
  EXPECT_EQ(offer->sections[0].extensions.at(1).direction, Direction::kRecvOnly);
}

TEST(Parse, ReadsSimulcastAlternativesPausedStreamsAndBothDirections) {
  const MediaSection section =
      SectionWith("a=rid:a send max-width=320;max-fps=15\r\na=simulcast:send a,~b;c recv d\r\n");
  EXPECT_EQ(section.simulcast->send, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(section.simulcast->receive, std::vector<std::string>{"d"});
  EXPECT_EQ(Find(section.rids.at(0).restrictions, "max-width"), "320");
}

TEST(Parse, FeedbackForAllFormatsReachesEach) {
  const MediaSection section = SectionWith("a=rtcp-fb:* transport-cc\r\na=rtcp-fb:111 nack\r\n");
  EXPECT_EQ(section.payloads[0].feedback, (std::vector<std::string>{"nack", "transport-cc"}));
  EXPECT_EQ(section.payloads[1].feedback, std::vector<std::string>{"transport-cc"});
}

TEST(Parse, KnowsStaticPayloadTypesWithoutRtpmap) {
  const MediaSection section = SectionWith("");
  EXPECT_EQ(section.payloads[1].name, "PCMU");
  EXPECT_EQ(section.payloads[0].name, "");
}

TEST(Parse, TakesWhatItDoesNotKnow) {
  const MediaSection section = SectionWith(
      "a=unknown\r\na=unheard:of this\r\nb=AS:300\r\na=rtpmap:99 foo/8000\r\na=extmap:4096 "
      "urn:x\r\na=mid:x\r\n");
  EXPECT_EQ(section.mid, "x");
  EXPECT_TRUE(section.extensions.empty());
}

TEST(Parse, NamesLineAndRule) {
  EXPECT_EQ(ErrorOf(""), "line 0: v= and o= are missing");
  EXPECT_EQ(ErrorOf("v=1\r\n"), "line 1 (v=1): the first line must be v=0");
  EXPECT_EQ(ErrorOf("v=0\r\ns=-\r\n"), "line 2 (s=-): o= must follow v=0");
  EXPECT_EQ(ErrorOf(WithLines("a=rtpmap:111 opus\r\n")),
            "line 6 (a=rtpmap): needs an encoding name and a clock rate");
  EXPECT_EQ(ErrorOf(WithLines("a=setup:maybe\r\n")),
            "line 6 (a=setup): must be actpass, active, passive or holdconn");
}

TEST(Parse, RefusesBadLines) {
  for (const char* line : {"x",
                           "a",
                           "m=video\r\n",
                           "m=video 9 UDP/TLS/RTP/SAVPF",
                           "m=video 70000 RTP/AVP 96",
                           "m=video 9 RTP/AVP 128",
                           "m=video 9 RTP/AVP 96 96",
                           "m=video 9 RTP/AVP h264",
                           "v=0",
                           "o=- 1 1 IN IP4 1.1.1.1",
                           "a=rtpmap:111 opus/0",
                           "a=rtpmap:200 opus/48000",
                           "a=fmtp:x a=b",
                           "a=fmtp:111 =b",
                           "a=extmap:0 urn:x",
                           "a=extmap:3",
                           "a=extmap:3/upwards urn:x",
                           "a=ice-ufrag:abc",
                           "a=ice-pwd:short",
                           "a=fingerprint:sha-256",
                           "a=fingerprint:sha-256 AA:B",
                           "a=fingerprint:sha-256 AA;BB",
                           "a=rid:",
                           "a=rid:a",
                           "a=rid:a,b send",
                           "a=simulcast:",
                           "a=simulcast:send",
                           "a=simulcast:up a",
                           "a=simulcast:send a send b",
                           "a=ssrc:x cname:y",
                           "a=ssrc-group:FID x",
                           "a=ssrc-group:",
                           "a=mid:",
                           "a=mid:a b",
                           "a=sctp-port:70000",
                           "a=rtcp-fb:111",
                           "a=candidate:",
                           "a=msid:",
                           "a=group:",
                           "a=mid:lone\rcarriage return"}) {
    EXPECT_NE(ErrorOf(WithLines(std::string(line) + "\r\n")), "parsed") << line;
  }
}

TEST(Parse, RefusesTwoSectionsOfOneMid) {
  EXPECT_NE(ErrorOf(WithLines("a=mid:0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\n")),
            "parsed");
}

TEST(Parse, KeepsItsLimits) {
  EXPECT_NE(ErrorOf(std::string(kMaxBytes + 1, 'a')), "parsed");
  EXPECT_NE(ErrorOf(WithLines("a=x:" + std::string(kMaxLineBytes, 'y') + "\r\n")), "parsed");
  const auto repeated = [](const std::string& line, size_t times) {
    std::string lines;
    for (size_t i = 0; i < times; ++i) lines += line;
    return ErrorOf(WithLines(lines));
  };
  EXPECT_NE(repeated("m=video 9 UDP/TLS/RTP/SAVPF 96\r\n", kMaxSections), "parsed");
  EXPECT_NE(repeated("a=candidate:1 1 udp 1 1.1.1.1 1 typ host\r\n", kMaxCandidates + 1), "parsed");
  EXPECT_NE(repeated("a=extmap:1 urn:x\r\n", kMaxExtensions + 1), "parsed");
  EXPECT_NE(repeated("a=rtcp-fb:111 nack\r\n", kMaxFeedbackPerPayload + 1), "parsed");
  EXPECT_NE(repeated("a=fmtp:111 a;b;c;d\r\n", kMaxParameters), "parsed");
  EXPECT_NE(repeated("a=rid:a send\r\n", kMaxRids + 1), "parsed");
  EXPECT_NE(repeated("a=group:BUNDLE 0\r\n", kMaxSmallList + 1), "parsed");
  EXPECT_NE(repeated("a=x\r\n", kMaxLines), "parsed");
}

TEST(Serialize, GivesWhatParsesToTheSame) {
  for (const char* text :
       {testing::kChromiumOffer, testing::kChromiumSimulcastOffer, testing::kFirefoxOffer}) {
    const auto first = Parse(text);
    ASSERT_TRUE(first.ok()) << first.error().message;
    const std::string written = Serialize(*first);
    const auto second = Parse(written);
    ASSERT_TRUE(second.ok()) << second.error().message;
    EXPECT_EQ(*first, *second) << written;
  }
}

}  // namespace
}  // namespace plaza::sdp
