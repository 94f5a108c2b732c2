// Offers of browsers answered, and our own offers and answers against each other.
#include "sdp/negotiation.h"

#include <gtest/gtest.h>

#include "sdp/internal/codec_matching.h"
#include "sdp/testing/offers.h"

namespace plaza::sdp {
namespace {

using Words = std::vector<std::string>;

TransportDescription OurTransport() {
  return {{"ourufrag", "ourpasswordourpasswordour"},
          {{"sha-256", "AA:BB"}},
          Setup::kPassive,
          {"1 1 udp 2130706431 127.0.0.1 7000 typ host"},
          true};
}

std::optional<LocalStream> SlotStream(const NegotiatedSection& section) {
  LocalStream stream;
  stream.ssrc = 1000u + section.index;
  if (section.kind == MediaKind::kVideo) stream.rtx_ssrc = 2000u + section.index;
  stream.stream_id = "slot" + std::to_string(section.index / 2);
  stream.track_id = "track" + section.mid;
  stream.cname = "plaza";
  return stream;
}

SessionDescription ParseOrDie(std::string_view text) {
  auto parsed = Parse(text);
  EXPECT_TRUE(parsed.ok()) << parsed.error().message;
  return parsed.ok() ? *parsed : SessionDescription();
}

Answer AnswerTo(const SessionDescription& offer,
                const Capabilities& capabilities = DefaultCapabilities()) {
  auto answer = MakeAnswer(offer, capabilities, OurTransport(), SlotStream);
  EXPECT_TRUE(answer.ok()) << answer.error().message;
  if (!answer) return {};
  // What is sent must be what we think it is.
  EXPECT_EQ(ParseOrDie(Serialize(answer->description)).sections, answer->description.sections);
  return *answer;
}

std::string RefusalOf(const SessionDescription& offer) {
  auto answer = MakeAnswer(offer, DefaultCapabilities(), OurTransport(), SlotStream);
  return answer ? "answered" : answer.error().message;
}

TEST(Answer, SectionsWhereTheClientSendsBecomeReceiveOnly) {
  const Answer answer = AnswerTo(ParseOrDie(testing::kChromiumOffer));
  ASSERT_EQ(answer.negotiated.sections.size(), 5u);
  const NegotiatedSection& video = answer.negotiated.sections[1];
  EXPECT_TRUE(video.accepted);
  EXPECT_EQ(video.mid, "1");
  EXPECT_EQ(video.index, 1);
  EXPECT_EQ(video.direction, Direction::kRecvOnly);
  EXPECT_FALSE(video.local);
  ASSERT_TRUE(video.remote);
  EXPECT_EQ(video.remote->ssrc, 1612900806u);
  EXPECT_EQ(video.remote->rtx_ssrc, 3604874140u);
  EXPECT_EQ(video.remote->cname, "D7Hc/Yn4qpMb+tV2");
  EXPECT_EQ(video.remote->msid.stream, "34f4f73e-dad1-477b-bd36-6ec49d926523");
  EXPECT_EQ(answer.description.sections[1].direction, Direction::kRecvOnly);
}

TEST(Answer, SlotsSendWithTheSsrcsOfTheCaller) {
  const Answer answer = AnswerTo(ParseOrDie(testing::kChromiumOffer));
  const NegotiatedSection& slot = answer.negotiated.sections[3];
  EXPECT_EQ(slot.direction, Direction::kSendOnly);
  EXPECT_EQ(slot.local->ssrc, 1003u);
  const MediaSection& section = answer.description.sections[3];
  EXPECT_EQ(section.direction, Direction::kSendOnly);
  EXPECT_EQ(section.msids, (std::vector<Msid>{{"slot1", "track3"}}));
  EXPECT_EQ(section.source_groups, (std::vector<SourceGroup>{{"FID", {1003, 2003}}}));
  EXPECT_EQ(section.sources, (std::vector<Source>{{1003, "plaza"}, {2003, "plaza"}}));
  const MediaSection& audio = answer.description.sections[2];
  EXPECT_EQ(audio.sources, (std::vector<Source>{{1002, "plaza"}}));
}

TEST(Answer, WithoutAStreamASlotIsInactive) {
  auto answer =
      MakeAnswer(ParseOrDie(testing::kChromiumOffer), DefaultCapabilities(), OurTransport(), {});
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->negotiated.sections[3].direction, Direction::kInactive);
  EXPECT_TRUE(answer->negotiated.sections[3].accepted);
}

TEST(Answer, CodecsComeInOurOrderWithTheirRetransmission) {
  const Answer answer = AnswerTo(ParseOrDie(testing::kChromiumOffer));
  const auto& codecs = answer.negotiated.sections[1].codecs;
  ASSERT_EQ(codecs.size(), 3u);  // the shortened offer has no 4d001f
  EXPECT_EQ(codecs[0].name, "H264");
  EXPECT_EQ(codecs[0].payload_type, 108);
  EXPECT_EQ(codecs[0].rtx_payload_type, 109);
  EXPECT_EQ(Find(codecs[0].parameters, "profile-level-id"), "42e01f");
  EXPECT_EQ(codecs[0].feedback,
            (Words{"goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"}));
  EXPECT_EQ(codecs[1].payload_type, 102);
  EXPECT_EQ(codecs[2].name, "VP8");
  std::vector<int> types;
  for (const Payload& payload : answer.description.sections[1].payloads)
    types.push_back(payload.type);
  EXPECT_EQ(types, (std::vector<int>{108, 109, 102, 103, 96, 97}));
}

TEST(Answer, OneVideoCodecCanBeForced) {
  Capabilities capabilities = DefaultCapabilities();
  PreferVideoCodec(capabilities, "VP8", true);
  const Answer answer = AnswerTo(ParseOrDie(testing::kChromiumOffer), capabilities);
  ASSERT_EQ(answer.negotiated.sections[1].codecs.size(), 1u);
  EXPECT_EQ(answer.negotiated.sections[1].codecs[0].name, "VP8");
  EXPECT_TRUE(answer.negotiated.sections[1].FindCodec("VP8"));
  EXPECT_FALSE(answer.negotiated.sections[1].FindCodec("H264"));
}

TEST(Answer, KeepsExtensionsThatWeKnowUnderTheirIds) {
  const Answer answer = AnswerTo(ParseOrDie(testing::kChromiumOffer));
  const auto& extensions = answer.negotiated.sections[0].extensions;
  ASSERT_EQ(extensions.size(), 4u);
  EXPECT_EQ(extensions[3], (Extmap{4, std::string(uri::kMid), {}}));
}

TEST(Answer, SimulcastIsTakenLowestFirst) {
  const Answer chromium = AnswerTo(ParseOrDie(testing::kChromiumSimulcastOffer));
  EXPECT_EQ(chromium.negotiated.sections[0].receive_rids, (Words{"l", "m", "h"}));
  EXPECT_EQ(chromium.description.sections[0].simulcast->receive, (Words{"l", "m", "h"}));

  const Answer firefox = AnswerTo(ParseOrDie(testing::kFirefoxOffer));
  EXPECT_EQ(firefox.negotiated.sections[1].receive_rids, (Words{"lo", "hi"}));
  EXPECT_EQ(firefox.description.sections[1].simulcast->receive, (Words{"hi", "lo"}));
  EXPECT_FALSE(firefox.negotiated.sections[1].remote->ssrc);
}

TEST(Answer, LimitsOfTheRidsDecideTheOrder) {
  SessionDescription offer = ParseOrDie(testing::kChromiumSimulcastOffer);
  MediaSection& video = offer.sections[0];
  video.rids[0].restrictions = {{"max-width", "1280"}};
  video.rids[1].restrictions = {{"max-width", "320"}};
  video.rids[2].restrictions = {{"max-width", "640"}};
  EXPECT_EQ(AnswerTo(offer).negotiated.sections[0].receive_rids, (Words{"m", "h", "l"}));
}

TEST(Answer, TakesAtMostThreeEncodings) {
  SessionDescription offer = ParseOrDie(testing::kChromiumSimulcastOffer);
  offer.sections[0].rids.push_back({"x", Direction::kSendOnly, {}});
  offer.sections[0].simulcast->send.push_back("x");
  EXPECT_EQ(AnswerTo(offer).description.sections[0].simulcast->receive, (Words{"l", "m", "h"}));
}

TEST(Answer, OpusKeepsStereoAndFec) {
  const Answer answer = AnswerTo(ParseOrDie(testing::kFirefoxOffer));
  const NegotiatedSection& audio = answer.negotiated.sections[0];
  EXPECT_EQ(audio.direction, Direction::kSendRecv);
  EXPECT_EQ(Find(audio.codecs.at(0).parameters, "stereo"), "1");
  EXPECT_EQ(Find(audio.codecs.at(0).parameters, "useinbandfec"), "1");
}

TEST(Answer, TakesH264InItsPacketizationModeOnly) {
  const Answer answer = AnswerTo(ParseOrDie(testing::kFirefoxOffer));
  const NegotiatedCodec* h264 = answer.negotiated.sections[1].FindCodec("H264");
  ASSERT_TRUE(h264);
  EXPECT_EQ(h264->payload_type, 126);
}

TEST(Answer, BundleOnlySectionsAreAccepted) {
  const Answer answer = AnswerTo(ParseOrDie(testing::kFirefoxOffer));
  EXPECT_TRUE(answer.negotiated.sections[2].accepted);
  EXPECT_NE(answer.description.sections[2].port, 0);
  EXPECT_EQ(answer.description.bundle()->mids, (Words{"0", "1", "2"}));
}

TEST(Answer, DataChannelsAreRejectedUnlessWeHaveThem) {
  const SessionDescription offer = ParseOrDie(testing::kChromiumOffer);
  const Answer without = AnswerTo(offer);
  EXPECT_TRUE(without.description.sections[4].rejected());
  EXPECT_EQ(without.description.bundle()->mids, (Words{"0", "1", "2", "3"}));
  Capabilities capabilities = DefaultCapabilities();
  capabilities.data = true;
  const Answer with = AnswerTo(offer, capabilities);
  EXPECT_TRUE(with.negotiated.sections[4].accepted);
  EXPECT_EQ(with.description.sections[4].sctp_port, 5000);
  EXPECT_EQ(with.description.sections[4].max_message_size, 65536u);
  EXPECT_EQ(with.negotiated.sections[4].data, (RemoteData{5000, 262144}));
}

TEST(Answer, OnlyOneSectionCarriesDataChannels) {
  SessionDescription offer = ParseOrDie(testing::kChromiumOffer);
  offer.sections.push_back(offer.sections[4]);
  offer.sections[5].mid = "7";
  offer.groups[0].mids.push_back("7");
  Capabilities capabilities = DefaultCapabilities();
  capabilities.data = true;
  const Answer answer = AnswerTo(offer, capabilities);
  EXPECT_TRUE(answer.negotiated.sections[4].data);
  EXPECT_FALSE(answer.negotiated.sections[5].accepted);
  EXPECT_TRUE(answer.description.sections[5].rejected());
}

TEST(Answer, RejectsSectionsOneByOne) {
  SessionDescription offer = ParseOrDie(testing::kChromiumOffer);
  offer.sections[0].rtcp_mux = false;
  offer.sections[1].payloads.resize(1);
  offer.sections[1].payloads[0].name = "theora";
  offer.groups[0].mids = {"0", "1", "2"};
  const Answer answer = AnswerTo(offer);
  EXPECT_TRUE(answer.description.sections[0].rejected()) << "not muxed";
  EXPECT_TRUE(answer.description.sections[1].rejected()) << "no codec in common";
  EXPECT_FALSE(answer.description.sections[2].rejected());
  EXPECT_TRUE(answer.description.sections[3].rejected()) << "not bundled";
  // The first that is left carries our candidates.
  EXPECT_EQ(answer.description.sections[2].candidates.size(), 1u);
}

TEST(Answer, CarriesOurTransport) {
  const Answer answer = AnswerTo(ParseOrDie(testing::kChromiumOffer));
  EXPECT_TRUE(answer.description.ice_lite);
  const MediaSection& first = answer.description.sections[0];
  EXPECT_EQ(first.ice.ufrag, "ourufrag");
  EXPECT_EQ(first.setup, Setup::kPassive);
  EXPECT_TRUE(first.end_of_candidates);
  EXPECT_TRUE(answer.description.sections[1].candidates.empty());
  EXPECT_EQ(answer.negotiated.remote.ice.ufrag, "LfFX");
  EXPECT_EQ(answer.negotiated.remote.candidates.size(), 2u);
}

TEST(Answer, CanRaiseChromiumsStartRate) {
  Capabilities capabilities = DefaultCapabilities();
  capabilities.start_bitrate_kbps = 1200;
  const Answer answer = AnswerTo(ParseOrDie(testing::kChromiumOffer), capabilities);
  EXPECT_EQ(
      Find(answer.description.sections[1].FindPayload(96)->parameters, "x-google-start-bitrate"),
      "1200");
  EXPECT_FALSE(
      Find(answer.description.sections[3].FindPayload(96)->parameters, "x-google-start-bitrate"));
}

TEST(Answer, RefusesOffersThatGiveNoTransport) {
  const SessionDescription good = ParseOrDie(testing::kChromiumOffer);
  SessionDescription offer = good;
  offer.groups.clear();
  EXPECT_NE(RefusalOf(offer).find("BUNDLE"), std::string::npos);
  offer = good;
  offer.sections[0].ice = {};
  EXPECT_EQ(RefusalOf(offer), "mid 0: a=ice-ufrag or a=ice-pwd is missing");
  offer = good;
  offer.sections[0].fingerprints.clear();
  EXPECT_EQ(RefusalOf(offer), "mid 0: a=fingerprint is missing");
  offer = good;
  offer.sections[0].setup = Setup::kPassive;
  EXPECT_NE(RefusalOf(offer).find("a=setup"), std::string::npos);
}

TEST(Answer, RefusesNumbersWithTwoMeanings) {
  const SessionDescription good = ParseOrDie(testing::kChromiumOffer);
  SessionDescription offer = good;
  for (Extmap& extension : offer.sections[1].extensions)
    if (extension.uri == uri::kMid) extension.id = 1;
  EXPECT_EQ(RefusalOf(offer), "mid 1: an a=extmap id means two extensions in one bundle");
  offer = good;
  for (Payload& payload : offer.sections[1].payloads)
    if (payload.type == 96) payload.type = 111;
  EXPECT_EQ(RefusalOf(offer), "mid 1: a payload type means two codecs in one bundle");
}

TEST(H264, ProfilesMatchWhateverTheLevel) {
  using internal::H264Profile;
  using internal::H264ProfileOf;
  EXPECT_EQ(H264ProfileOf("42e01f"), H264Profile::kConstrainedBaseline);
  EXPECT_EQ(H264ProfileOf("42E034"), H264Profile::kConstrainedBaseline);
  EXPECT_EQ(H264ProfileOf("42001f"), H264Profile::kBaseline);
  EXPECT_EQ(H264ProfileOf("4d001f"), H264Profile::kMain);
  EXPECT_EQ(H264ProfileOf("4d801f"), H264Profile::kConstrainedBaseline);
  EXPECT_EQ(H264ProfileOf("640c1f"), H264Profile::kConstrainedHigh);
  EXPECT_EQ(H264ProfileOf("64001f"), H264Profile::kHigh);
  EXPECT_FALSE(H264ProfileOf("f4001f"));
  EXPECT_FALSE(H264ProfileOf("42e0"));
  EXPECT_FALSE(H264ProfileOf("zzzzzz"));
}

std::vector<OfferedSection> ClientSections() {
  LocalStream camera{11, 12, "camera", "v", "client"};
  return {{MediaKind::kAudio,
           "0",
           Direction::kSendOnly,
           LocalStream{10, {}, "camera", "a", "client"},
           {}},
          {MediaKind::kVideo, "1", Direction::kSendOnly, camera, {"l", "m", "h"}},
          {MediaKind::kVideo, "2", Direction::kSendOnly, camera, {}},
          {MediaKind::kAudio, "3", Direction::kRecvOnly, {}, {}},
          {MediaKind::kVideo, "4", Direction::kRecvOnly, {}, {}}};
}

TransportDescription ClientTransport() {
  return {{"client", "clientpasswordclientpassword"},
          {{"sha-256", "CC:DD"}},
          Setup::kActPass,
          {},
          false};
}

TEST(Offer, IsAnsweredAndAgreesOnBothSides) {
  const auto wanted = ClientSections();
  const SessionDescription offer = MakeOffer(DefaultCapabilities(), ClientTransport(), wanted);
  ASSERT_EQ(ParseOrDie(Serialize(offer)).sections, offer.sections);
  const Answer answer = AnswerTo(offer);
  const auto applied = ApplyAnswer(wanted, offer, answer.description, DefaultCapabilities());
  ASSERT_TRUE(applied.ok()) << applied.error().message;
  EXPECT_EQ(applied->remote.setup, Setup::kPassive);
  EXPECT_TRUE(applied->remote.ice_lite);
  ASSERT_EQ(applied->sections.size(), 5u);
  for (size_t i = 0; i < 5; ++i) {
    const NegotiatedSection& client = applied->sections[i];
    const NegotiatedSection& server = answer.negotiated.sections[i];
    EXPECT_TRUE(client.accepted);
    EXPECT_EQ(client.index, i);
    EXPECT_EQ(client.direction, Reverse(server.direction));
    EXPECT_EQ(client.extensions, server.extensions);
    ASSERT_EQ(client.codecs.size(), server.codecs.size());
    for (size_t c = 0; c < client.codecs.size(); ++c) {
      EXPECT_EQ(client.codecs[c].payload_type, server.codecs[c].payload_type);
      EXPECT_EQ(client.codecs[c].rtx_payload_type, server.codecs[c].rtx_payload_type);
    }
  }
  EXPECT_EQ(applied->sections[1].send_rids, (Words{"l", "m", "h"}));
  EXPECT_EQ(applied->sections[4].remote->ssrc, 1004u);
  EXPECT_EQ(applied->sections[4].remote->rtx_ssrc, 2004u);
  EXPECT_EQ(answer.negotiated.sections[2].remote->rtx_ssrc, 12u);
}

TEST(Offer, AgreesOnDataChannelsWithTheLimitsOfEachSide) {
  const std::vector<OfferedSection> wanted = {{MediaKind::kApplication, "0"}};
  Capabilities ours = DefaultCapabilities();
  ours.max_message_size = 1000;
  Capabilities theirs = DefaultCapabilities();
  theirs.data = true;
  const SessionDescription offer = MakeOffer(ours, ClientTransport(), wanted);
  ASSERT_EQ(ParseOrDie(Serialize(offer)).sections, offer.sections);
  const Answer answer = AnswerTo(offer, theirs);
  EXPECT_EQ(answer.negotiated.sections[0].data, (RemoteData{5000, 1000}));
  EXPECT_FALSE(answer.description.sections[0].rejected());
  const auto applied = ApplyAnswer(wanted, offer, answer.description, ours);
  ASSERT_TRUE(applied);
  EXPECT_EQ(applied->sections[0].data, (RemoteData{5000, 65536}));
}

TEST(Offer, AnswersThatDoNotFitAreRefused) {
  const auto wanted = ClientSections();
  const SessionDescription offer = MakeOffer(DefaultCapabilities(), ClientTransport(), wanted);
  const SessionDescription good = AnswerTo(offer).description;
  const auto refused = [&](const SessionDescription& answer) {
    return !ApplyAnswer(wanted, offer, answer, DefaultCapabilities()).ok();
  };
  EXPECT_FALSE(refused(good));
  SessionDescription bad = good;
  bad.sections.pop_back();
  EXPECT_TRUE(refused(bad));
  bad = good;
  bad.sections[1].mid = "7";
  EXPECT_TRUE(refused(bad));
  bad = good;
  bad.sections[0].direction = Direction::kSendRecv;
  EXPECT_TRUE(refused(bad));
  bad = good;
  bad.sections[0].payloads[0].type = 77;
  EXPECT_TRUE(refused(bad));
  bad = good;
  bad.sections[0].extensions[0].id = 9;
  EXPECT_TRUE(refused(bad));
  bad = good;
  bad.sections[0].setup = Setup::kActPass;
  EXPECT_TRUE(refused(bad));
}

TEST(Offer, RejectedSectionsCarryNothing) {
  const auto wanted = ClientSections();
  const SessionDescription offer = MakeOffer(DefaultCapabilities(), ClientTransport(), wanted);
  Capabilities audio_only = DefaultCapabilities();
  audio_only.video.clear();
  const Answer answer = AnswerTo(offer, audio_only);
  const auto applied = ApplyAnswer(wanted, offer, answer.description, DefaultCapabilities());
  ASSERT_TRUE(applied.ok()) << applied.error().message;
  EXPECT_TRUE(applied->sections[0].accepted);
  EXPECT_FALSE(applied->sections[1].accepted);
}

}  // namespace
}  // namespace plaza::sdp
