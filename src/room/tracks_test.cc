// Tracks and wishes: how requests change them.
#include "room/tracks.h"

#include <gtest/gtest.h>

#include "room/wishes.h"
#include "signal/codes.h"

namespace plaza::room {
namespace {

using signal::SentTrack;
using signal::Track;

SentTrack Audio(const char* mid, bool published = true) {
  return {mid, MediaKind::kAudio, StreamType::kMain, published, {}, {}};
}
SentTrack Video(const char* mid, bool published = true, StreamType stream = StreamType::kMain) {
  return {mid,    MediaKind::kVideo,
          stream, published,
          {},     std::vector<Layer>{{"q", 160, 90}, {"f", 640, 360}}};
}

TEST(Tracks, ShowWhatIsPublishedWithTheSizeOfTheHighestLayer) {
  const Tracks tracks =
      *Tracks().With({Audio("0"), Video("1"), Video("2", false, StreamType::kAux)}, {});
  EXPECT_EQ(tracks.Visible(),
            (std::vector<Track>{{MediaKind::kAudio, StreamType::kMain, false, 0, 0},
                                {MediaKind::kVideo, StreamType::kMain, false, 640, 360}}));
  EXPECT_EQ(tracks.Sent().size(), 3u);
  EXPECT_TRUE(tracks.Publishes());
  EXPECT_FALSE(tracks.Publishes(StreamType::kAux, MediaKind::kVideo));
}

TEST(Tracks, AbsentMembersStayAsTheyWere) {
  Tracks tracks = *Tracks().With({Video("1")}, {});
  SentTrack mute{{}, MediaKind::kVideo, StreamType::kMain, {}, true, {}};
  tracks = *tracks.With({mute}, {});
  ASSERT_EQ(tracks.Visible().size(), 1u);
  EXPECT_TRUE(tracks.Visible()[0].muted);
  EXPECT_EQ(tracks.Visible()[0].width, 640);
  EXPECT_EQ(tracks.Sent()[0].mid, "1");
}

TEST(Tracks, ANewTrackNeedsALine) {
  SentTrack track = Audio("0");
  track.mid.reset();
  EXPECT_EQ(Tracks().With({Video("1"), track}, {}).error().field, "tracks[1].mid");
  track.mid = "";
  EXPECT_EQ(Tracks().With({track}, {}).error().field, "tracks[0].mid");
}

TEST(Tracks, ALineCarriesOneTrackButMayGoToAnother) {
  const Tracks camera = *Tracks().With({Video("1")}, {});
  const auto both = camera.With({Video("1", true, StreamType::kAux)}, {});
  ASSERT_FALSE(both.ok());
  EXPECT_EQ(both.error().field, "tracks[0].mid");
  EXPECT_EQ(both.error().code, signal::code::kBadMember);
  const auto screen = camera.With({Video("1", true, StreamType::kAux), Video("1", false)}, {});
  ASSERT_TRUE(screen.ok());
  ASSERT_EQ(screen->Visible().size(), 1u);
  EXPECT_EQ(screen->Visible()[0].stream, StreamType::kAux);
  EXPECT_TRUE(screen->With({Video("1", false, StreamType::kAux), Video("1", true)}, {}).ok());
}

TEST(Tracks, PublishingNeedsPermission) {
  const Permissions listen{42};
  const auto refused = Tracks().With({Audio("0", false), Video("1")}, listen);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, signal::code::kNoPermission);
  EXPECT_EQ(refused.error().field, "tracks[1]");
  EXPECT_TRUE(Tracks().With({Video("1", false)}, listen).ok());
  const Permissions no_screen{0xff & ~64};
  EXPECT_TRUE(Tracks().With({Audio("0"), Video("1")}, no_screen).ok());
  EXPECT_FALSE(Tracks().With({Video("1", true, StreamType::kAux)}, no_screen).ok());
}

TEST(Tracks, AStalledTrackIsNotSeenUntilItRunsAgain) {
  Tracks tracks = *Tracks().With({Audio("0"), Video("1")}, {});
  EXPECT_TRUE(tracks.SetStalled(StreamType::kMain, MediaKind::kVideo, true));
  EXPECT_EQ(tracks.Visible().size(), 1u);
  EXPECT_TRUE(tracks.Publishes(StreamType::kMain, MediaKind::kVideo));
  EXPECT_TRUE(tracks.SetStalled(StreamType::kMain, MediaKind::kVideo, false));
  EXPECT_EQ(tracks.Visible().size(), 2u);
  EXPECT_FALSE(tracks.SetStalled(StreamType::kAux, MediaKind::kVideo, true));
  EXPECT_TRUE(tracks.SetStalled(StreamType::kMain, MediaKind::kVideo, true));
  tracks = *tracks.With({Video("1", false)}, {});
  tracks = *tracks.With({Video("1", true)}, {});
  EXPECT_EQ(tracks.Visible().size(), 2u) << "published anew";
}

TEST(Tracks, WithdrawnTracksKeepTheirLines) {
  const Tracks tracks = Tracks().With({Audio("0"), Video("1")}, {})->Withdrawn();
  EXPECT_FALSE(tracks.Publishes());
  EXPECT_TRUE(
      tracks.With({{{}, MediaKind::kAudio, StreamType::kMain, true, {}, {}}}, {})->Publishes());
}

TEST(Tracks, TheDifferenceNamesEachChangeOnce) {
  const Track audio{MediaKind::kAudio, StreamType::kMain, false, 0, 0};
  const Track video{MediaKind::kVideo, StreamType::kMain, false, 640, 360};
  Track muted = video;
  muted.muted = true;
  const Track screen{MediaKind::kVideo, StreamType::kAux, false, 1280, 720};
  const TrackDiff diff = DiffTracks({audio, video}, {muted, screen});
  EXPECT_EQ(diff.ended, std::vector<Track>{audio});
  EXPECT_EQ(diff.changed, std::vector<Track>{muted});
  EXPECT_EQ(diff.started, std::vector<Track>{screen});
}

signal::StreamWish WishOf(const char* user, std::optional<bool> audio,
                          std::optional<signal::VideoWish> video) {
  return {user, StreamType::kMain, audio, video};
}

TEST(WishTable, NamedWishesStandBeforeThoseForEverybody) {
  const UserId bob("bob"), eve("eve");
  WishTable wishes({.audio = true, .video = false});
  EXPECT_TRUE(wishes.For(bob, StreamType::kAux).audio);
  EXPECT_FALSE(wishes.For(bob, StreamType::kMain).video.on);
  wishes.SetUser(bob, WishOf("bob", {}, signal::VideoWish{true, 640, 360}));
  EXPECT_TRUE(wishes.For(bob, StreamType::kMain).audio) << "as for everybody";
  EXPECT_EQ(wishes.For(bob, StreamType::kMain).video, (signal::VideoWish{true, 640, 360}));
  EXPECT_TRUE(wishes.For(bob, StreamType::kMain).named);
  EXPECT_FALSE(wishes.For(eve, StreamType::kMain).named);
  wishes.SetUser(bob, WishOf("bob", false, {}));
  wishes.SetEverybody(WishOf("*", {}, signal::VideoWish{true, 0, 0}));
  EXPECT_FALSE(wishes.For(bob, StreamType::kMain).audio);
  EXPECT_EQ(wishes.For(bob, StreamType::kMain).video.width, 640);
  EXPECT_TRUE(wishes.For(eve, StreamType::kMain).video.on);
  EXPECT_FALSE(wishes.For(eve, StreamType::kAux).video.on);
  wishes.Forget(bob);
  EXPECT_TRUE(wishes.For(bob, StreamType::kMain).audio);
  EXPECT_EQ(wishes.For(bob, StreamType::kMain).video.width, 0);
}

}  // namespace
}  // namespace plaza::room
