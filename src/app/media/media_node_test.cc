// A worker's media without its thread: what offers do to its peers.
#include "app/media/media_node.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dtls/testing/stand_in.h"
#include "sdp/negotiation.h"
#include "sfu/limits.h"

namespace plaza::app {
namespace {

using ::testing::HasSubstr;

class NoSink final : public base::DatagramSink {
 public:
  std::span<uint8_t> Begin(const base::Path&, size_t capacity) override {
    room_.resize(capacity);
    return room_;
  }
  void Commit(size_t) override {}

 private:
  base::Bytes room_;
};

class MediaNodeTest : public ::testing::Test, private NodeEvents {
 protected:
  void OnPeerConnected(sfu::PeerId) override {}
  void OnPeerFailed(sfu::PeerId, const std::string&) override {}
  void OnTrackStalled(const sfu::TrackId&, bool) override {}
  void OnSpeakers(sfu::GroupId, std::span<const sfu::Speaker>) override {}

  static sdp::SessionDescription Pairs(size_t pairs) {
    std::vector<sdp::OfferedSection> sections;
    for (size_t line = 0; line < 2 * pairs; ++line)
      sections.push_back(
          {line % 2 == 0 ? sdp::MediaKind::kAudio : sdp::MediaKind::kVideo, std::to_string(line)});
    sdp::TransportDescription transport;
    transport.ice = {"ufragOfTheClient", "passwordOfTheClient1234"};
    transport.fingerprints = {{"sha-256", kFingerprint}};
    return sdp::MakeOffer(sdp::DefaultCapabilities(), transport, sections);
  }
  base::Result<WorkerOffer> Offer(const sdp::SessionDescription& offer) {
    return node_.Offer(kPeer, sfu::GroupId(1), sdp::Serialize(offer), now_);
  }
  /// Its last m-line has a codec under a payload type that another m-line uses otherwise.
  static sdp::SessionDescription Contradictory(size_t pairs) {
    sdp::SessionDescription offer = Pairs(pairs);
    offer.sections.back().payloads.front().type = offer.sections.front().payloads.front().type;
    return offer;
  }

  static constexpr sfu::PeerId kPeer{1};
  static constexpr char kFingerprint[] =
      "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:"
      "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF";

  const base::Time now_{std::chrono::seconds(1000)};
  base::SeededRandom random_{1};
  dtls::testing::StandInFactory dtls_{1};
  NoSink sink_;
  MediaNode node_{{&dtls_, sdp::DefaultCapabilities(), {}, base::Calendar(base::FakeClock())},
                  *this,
                  random_,
                  sink_};
};

TEST_F(MediaNodeTest, AsManySlotsAsMayBeAreMade) {
  const auto answer = Offer(Pairs(sfu::kMaxSlots));
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->slots.size(), sfu::kMaxSlots);
}

TEST_F(MediaNodeTest, AFirstOfferOfTooManySlotsIsRefusedAndLeavesNothing) {
  const auto answer = Offer(Pairs(sfu::kMaxSlots + 1));
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind, base::ErrorKind::kInvalidArgument);
  EXPECT_EQ(answer.error().field, "sdp");
  EXPECT_THAT(answer.error().message, HasSubstr(std::to_string(sfu::kMaxSlots)));
  EXPECT_EQ(node_.peer_count(), 0u);
  EXPECT_EQ(node_.ufrag_count(), 0u);
  EXPECT_EQ(node_.graph().peer_count(), 0u);
}

TEST_F(MediaNodeTest, ALaterOfferOfTooManySlotsChangesNothing) {
  ASSERT_TRUE(Offer(Pairs(2)).ok());
  ASSERT_FALSE(Offer(Pairs(sfu::kMaxSlots + 1)).ok());
  const auto answer = Offer(Pairs(3));
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_FALSE(answer->new_transport);
  ASSERT_EQ(answer->slots.size(), 3u);
  EXPECT_EQ(answer->slots[2].audio_mid, "4");
  EXPECT_EQ(answer->slots[2].video_mid, "5");
}

TEST_F(MediaNodeTest, ARefusedOfferLeavesNoSlotsThatNobodyHas) {
  ASSERT_TRUE(Offer(Pairs(1)).ok());
  ASSERT_FALSE(Offer(Contradictory(3)).ok());
  const auto answer = Offer(Pairs(2));
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  ASSERT_EQ(answer->slots.size(), 2u);
  EXPECT_EQ(answer->slots[1].audio_mid, "2");
  EXPECT_EQ(answer->slots[1].video_mid, "3");
}

}  // namespace
}  // namespace plaza::app
