// The control side of the media plane over fake workers that write down what they are told.
#include "app/media/media_control.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plaza::app {
namespace {

using namespace std::chrono_literals;

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class FakeWorker final : public WorkerCommands {
 public:
  explicit FakeWorker(std::string name, std::vector<std::string>& log)
      : name_(std::move(name)), log_(log) {}

  void Offer(sfu::PeerId peer, sfu::GroupId, std::string sdp, OfferDone done) override {
    WorkerOffer offer{"answer to " + sdp, {}, rids, new_transport};
    for (uint32_t i = 0; i < slots; ++i)
      offer.slots.push_back({i, "a" + std::to_string(i), "v" + std::to_string(i)});
    Say("offer " + Name(peer));
    if (!busy) return done(std::move(offer));
    finish.push_back([done, offer] { done(offer); });
  }
  void ClosePeer(sfu::PeerId peer) override { Say("close " + Name(peer)); }
  void SetTrack(sfu::TrackId track, std::string mid, sfu::TrackInfo info) override {
    Say("track " + Name(track) + " mid " + mid + Describe(info));
  }
  void SetRemoteTrack(sfu::TrackId track, sfu::GroupId, sfu::LinkId home,
                      sfu::TrackInfo info) override {
    Say("remote " + Name(track) + " of " + std::to_string(home.value()) + Describe(info));
  }
  void RemoveTrack(sfu::TrackId track) override { Say("forget " + Name(track)); }
  void Assign(sfu::PeerId peer, uint32_t slot, std::optional<sfu::SlotContent> content) override {
    Say("assign " + Name(peer) + " slot " + std::to_string(slot) +
        (content ? " to " + Name(content->source.peer) : " to nobody"));
  }

  uint32_t slots = 2;
  bool new_transport = true;
  RidsByMid rids;
  bool busy = false;  ///< offers are answered by `finish`
  std::vector<std::function<void()>> finish;

 private:
  static std::string Name(sfu::PeerId peer) { return std::to_string(peer.value()); }
  static std::string Name(const sfu::TrackId& track) {
    return Name(track.source.peer) + (track.kind == rtp::MediaKind::kAudio ? "a" : "v");
  }
  static std::string Describe(const sfu::TrackInfo& info) {
    std::string text = info.muted ? " muted" : "";
    for (const sfu::LayerSize& size : info.layers) text += " " + std::to_string(size.width);
    return text;
  }
  void Say(const std::string& text) { log_.push_back(name_ + ": " + text); }

  std::string name_;
  std::vector<std::string>& log_;
};

class MediaControlTest : public ::testing::Test, public room::MediaObserver {
 protected:
  MediaControlTest() { control_.SetObserver(this); }

  void OnPeerConnected(room::PeerId) override {}
  void OnPeerFailed(room::PeerId peer, const std::string&) override {
    log_.push_back("failed " + std::to_string(peer.value()));
  }
  void OnSlots(room::PeerId peer, const std::vector<room::Slot>& changed) override {
    for (const room::Slot& slot : changed) {
      log_.push_back("told " + std::to_string(peer.value()) + " slot " +
                     std::to_string(slot.index) + " has " +
                     (slot.occupant ? std::to_string(slot.occupant->peer.value()) : "nobody"));
    }
  }
  void OnNeedSlots(room::PeerId peer, uint32_t pairs) override {
    log_.push_back("need " + std::to_string(peer.value()) + " " + std::to_string(pairs));
  }
  void OnTrackStalled(room::PeerId, room::StreamType, room::MediaKind, bool) override {
    log_.push_back("stalled");
  }
  void OnSpeakers(room::GroupId, const std::vector<room::Speaker>& speakers) override {
    speakers_ = speakers;
  }

  room::PeerId Join(room::GroupId group = room::GroupId(1)) {
    const room::PeerId peer = control_.CreatePeer(group);
    control_.Offer(peer, {"sdp", {}}, [](const auto& result) { EXPECT_TRUE(result.ok()); });
    return peer;
  }
  /// Offers and writes down how it ends.
  void Negotiate(room::PeerId peer, std::vector<room::SentTrack> tracks = {}) {
    control_.Offer(peer, {"sdp", std::move(tracks)},
                   [this, name = std::to_string(peer.value())](const auto& result) {
                     log_.push_back(result.ok() ? "answered " + name
                                                : "refused " + name + ", " +
                                                      base::ToString(result.error().kind));
                   });
  }
  void Wait(base::Duration span) {
    clock_.Advance(span);
    control_.HandleTimeout(clock_.Now());
  }
  std::vector<std::string> Take() { return std::exchange(log_, {}); }
  static room::SentTrack Audio(bool published = true) {
    return {"0", room::MediaKind::kAudio, room::StreamType::kMain, published, false, {}};
  }
  static room::Wish WishFor(room::PeerId peer) {
    return {{peer, room::StreamType::kMain}, true, true};
  }

  std::vector<std::string> log_;
  FakeWorker a_{"A", log_}, b_{"B", log_};
  base::FakeClock clock_;
  MediaControl control_{{&a_, &b_}, clock_};
  std::vector<room::Speaker> speakers_;
};

TEST_F(MediaControlTest, PeersAreSpreadOverWorkers) {
  Join();
  Join();
  EXPECT_THAT(Take(), ElementsAre("A: offer 1", "B: offer 2"));
}

TEST_F(MediaControlTest, ATrackIsToldToEveryWorkerOfItsGroupAndNoOther) {
  const auto one = Join();
  Take();
  control_.SetTracks(one, {Audio()});
  EXPECT_THAT(Take(), ElementsAre("A: track 1a mid 0"));
  Join();
  EXPECT_THAT(Take(), ElementsAre("B: remote 1a of 0", "B: offer 2"));
  control_.SetTracks(one, {Audio(false)});
  EXPECT_THAT(Take(), UnorderedElementsAre("A: forget 1a", "B: forget 1a"));
}

TEST_F(MediaControlTest, TheLastOfAGroupTakesTheGroupsTracksOffItsWorker) {
  const auto one = Join();
  const auto two = Join();
  control_.SetTracks(one, {Audio()});
  Take();
  control_.ClosePeer(two);
  EXPECT_THAT(Take(), ElementsAre("B: close 2", "B: forget 1a"));
}

TEST_F(MediaControlTest, AnOccupantIsAnnouncedBeforeItIsAssigned) {
  const auto one = Join();
  const auto two = Join();
  Take();
  control_.SetWishes(two, {WishFor(one)});
  EXPECT_THAT(Take(), ElementsAre("told 2 slot 0 has 1", "B: assign 2 slot 0 to 1"));
  control_.SetWishes(two, {});
  EXPECT_THAT(Take(), ElementsAre("told 2 slot 0 has nobody", "B: assign 2 slot 0 to nobody"));
}

TEST_F(MediaControlTest, MoreWishesThanSlotsAskForMoreOnceAndAreServedThen) {
  const auto me = Join();
  std::vector<room::Wish> wishes;
  wishes.reserve(3);
  for (int i = 0; i < 3; ++i) wishes.push_back(WishFor(Join()));
  Take();
  control_.SetWishes(me, wishes);
  auto log = Take();
  EXPECT_EQ(std::count(log.begin(), log.end(), "need 1 3"), 1);
  control_.SetWishes(me, wishes);
  EXPECT_THAT(Take(), IsEmpty());
  a_.slots = 4;
  a_.new_transport = false;
  control_.Offer(me, {"sdp", {}}, [](const auto&) {});
  EXPECT_THAT(Take(), ElementsAre("A: offer 1", "told 1 slot 2 has 4", "A: assign 1 slot 2 to 4"));
}

TEST_F(MediaControlTest, ANewTransportIsAssignedAnewWithItsTracks) {
  const auto one = Join();
  const auto two = Join();
  control_.SetTracks(one, {Audio()});
  control_.SetWishes(one, {WishFor(two)});
  Take();
  std::vector<room::Slot> slots;
  control_.Offer(one, {"sdp", {Audio()}}, [&](const auto& result) { slots = result->slots; });
  EXPECT_EQ(slots.size(), 2u);
  EXPECT_THAT(Take(),
              ElementsAre("A: offer 1", "A: forget 1a", "B: forget 1a", "A: track 1a mid 0",
                          "B: remote 1a of 0", "told 1 slot 0 has 2", "A: assign 1 slot 0 to 2"));
}

// The worker has carried out the assignment after it made the new transport.
TEST_F(MediaControlTest, WhatWasAssignedWhileANewTransportWasMadeIsTakenBack) {
  const auto one = Join();
  const auto two = Join();
  const auto three = Join();
  control_.SetWishes(one, {WishFor(two)});
  a_.busy = true;
  control_.Offer(one, {"sdp", {}}, [](const auto&) {});
  control_.SetWishes(one, {WishFor(two), WishFor(three)});
  control_.SetWishes(one, {WishFor(three)});
  Take();
  a_.finish.front()();
  EXPECT_THAT(Take(), ElementsAre("told 1 slot 0 has 3", "told 1 slot 1 has nobody",
                                  "A: assign 1 slot 0 to 3", "A: assign 1 slot 1 to nobody"));
}

// Whoever waited for the answer may ask for something else at once.
TEST_F(MediaControlTest, WishesThatChangeWithTheAnswerAreTheLastWord) {
  const auto one = Join();
  const auto two = Join();
  const auto three = Join();
  control_.SetWishes(one, {WishFor(two), WishFor(three)});
  Take();
  control_.Offer(one, {"sdp", {}}, [&](const auto&) { control_.SetWishes(one, {WishFor(three)}); });
  const auto log = Take();
  EXPECT_EQ(std::count(log.begin(), log.end(), "A: assign 1 slot 0 to 2"), 0);
  EXPECT_EQ(log.back(), "A: assign 1 slot 1 to 3");
}

TEST_F(MediaControlTest, ATrackThatMovesToAnotherLineIsANewTrack) {
  const auto one = Join();
  control_.SetTracks(one, {Audio()});
  Take();
  auto moved = Audio();
  moved.mid = "7";
  control_.SetTracks(one, {moved});
  EXPECT_THAT(Take(), ElementsAre("A: forget 1a", "A: track 1a mid 7"));
}

TEST_F(MediaControlTest, AnOfferTellsTracksAgainThatMayHaveComeBeforeTheirLine) {
  const auto one = Join();
  control_.SetTracks(one, {Audio()});
  Take();
  a_.new_transport = false;
  control_.Offer(one, {"sdp", {Audio()}}, [](const auto&) {});
  EXPECT_THAT(Take(), ElementsAre("A: offer 1", "A: track 1a mid 0"));
}

// A client may list its encodings from the largest to the smallest and name the sizes the other
// way.
TEST_F(MediaControlTest, EveryWorkerHearsTheSizesInTheOrderOfTheSdp) {
  a_.rids["1"] = {"f", "q"};
  const auto one = Join();
  Join();
  Take();
  const room::SentTrack video{
      "1",   room::MediaKind::kVideo,          room::StreamType::kMain, true,
      false, {{"q", 160, 90}, {"f", 640, 360}}};
  control_.SetTracks(one, {video});
  EXPECT_THAT(Take(), ElementsAre("A: track 1v mid 1 640 160", "B: remote 1v of 0 640 160"));
}

TEST_F(MediaControlTest, OneEncodingHasTheLargestOfTheSizes) {
  const auto one = Join();
  Take();
  const room::SentTrack video{
      "1",   room::MediaKind::kVideo,          room::StreamType::kMain, true,
      false, {{"q", 160, 90}, {"f", 640, 360}}};
  control_.SetTracks(one, {video});
  EXPECT_THAT(Take(), ElementsAre("A: track 1v mid 1 640"));
}

TEST_F(MediaControlTest, AnOfferThatTheWorkerDoesNotAnswerFailsInTimeAndThePeerWithIt) {
  const auto one = Join();
  a_.busy = true;
  Negotiate(one);
  Take();
  EXPECT_EQ(control_.NextDeadline(), clock_.Now() + MediaControl::kOfferTimeout);
  Wait(MediaControl::kOfferTimeout - 1ms);
  EXPECT_THAT(Take(), IsEmpty());
  Wait(1ms);
  EXPECT_THAT(Take(), ElementsAre("A: close 1", "refused 1, deadline-exceeded", "failed 1"));
  EXPECT_EQ(control_.NextDeadline(), base::kNever);
  a_.finish.front()();
  EXPECT_THAT(Take(), IsEmpty());
}

TEST_F(MediaControlTest, WhoseWorkerIsStuckBeginsAnewOnAnother) {
  const auto one = Join();
  const auto two = Join();
  control_.SetTracks(one, {Audio()});
  control_.SetWishes(one, {WishFor(two)});
  a_.busy = true;
  Negotiate(one);
  Take();
  Wait(MediaControl::kOfferTimeout);
  EXPECT_THAT(Take(), ElementsAre("A: forget 1a", "B: forget 1a", "A: close 1",
                                  "refused 1, deadline-exceeded", "failed 1"));
  Negotiate(one, {Audio()});
  EXPECT_THAT(Take(), ElementsAre("B: offer 1", "B: track 1a mid 0", "answered 1",
                                  "told 1 slot 0 has 2", "B: assign 1 slot 0 to 2"));
  Join();
  EXPECT_THAT(Take(), ElementsAre("B: offer 3"));  // for as long as A is stuck
  a_.finish.front()();
  a_.busy = false;
  Take();
  Join();
  EXPECT_THAT(Take(), ElementsAre("A: remote 1a of 1", "A: offer 4"));
}

TEST_F(MediaControlTest, AStuckWorkerIsGivenSoManyOffersAndNoMore) {
  a_.busy = b_.busy = true;
  for (size_t i = 0; i < 2 * MediaControl::kMaxUnanswered; ++i)
    Negotiate(control_.CreatePeer(room::GroupId(1)));
  Wait(MediaControl::kOfferTimeout);  // those offers have failed, and are in the workers' queues
  const auto one = control_.CreatePeer(room::GroupId(1));
  Take();
  Negotiate(one);
  EXPECT_THAT(Take(), IsEmpty());
  Wait(MediaControl::kOfferTimeout);
  EXPECT_THAT(Take(), Contains("refused " + std::to_string(one.value()) + ", deadline-exceeded"));
}

TEST_F(MediaControlTest, WhoLeavesIsNotWaitedFor) {
  const auto one = control_.CreatePeer(room::GroupId(1));
  a_.busy = true;
  Negotiate(one);
  control_.ClosePeer(one);
  Take();
  EXPECT_EQ(control_.NextDeadline(), base::kNever);
  a_.finish.front()();
  EXPECT_THAT(Take(), IsEmpty());
}

TEST_F(MediaControlTest, SpeakersOfAllWorkersAreMergedLoudestFirst) {
  const auto one = Join();
  const auto two = Join();
  control_.OnSpeakers(0, sfu::GroupId(1), {{{sfu::PeerId(one.value()), 0}, 20}});
  control_.OnSpeakers(1, sfu::GroupId(1), {{{sfu::PeerId(two.value()), 0}, 60}});
  ASSERT_EQ(speakers_.size(), 2u);
  EXPECT_EQ(speakers_[0].peer, two);
  control_.ClosePeer(two);
  control_.OnSpeakers(0, sfu::GroupId(1), {{{sfu::PeerId(one.value()), 0}, 30}});
  EXPECT_EQ(speakers_.size(), 1u);
}

}  // namespace
}  // namespace plaza::app
