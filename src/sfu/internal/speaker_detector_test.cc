// Who is found to speak.
#include "sfu/internal/speaker_detector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sfu/limits.h"

namespace plaza::sfu {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;

class SpeakerDetectorTest : public ::testing::Test {
 protected:
  // Packets of 20 ms with these levels (-dBov); what is told on the way is noted.
  void Talk(base::Duration span, std::vector<std::pair<Voice*, uint8_t>> levels) {
    for (base::Duration t{}; t < span; t += 20ms) {
      now_ += 20ms;
      for (auto [voice, level] : levels) voice->OnLevel(level, now_);
      const auto speakers = detector_.Poll(now_);
      if (speakers) told_.emplace_back(speakers->begin(), speakers->end());
    }
  }
  base::Time now_{1000s};
  SpeakerDetector detector_;
  Voice& alice_ = detector_.Add({PeerId(1), 0});
  Voice& bob_ = detector_.Add({PeerId(2), 0});
  std::vector<std::vector<Speaker>> told_;
};

TEST_F(SpeakerDetectorTest, SilenceTellsNothing) {
  Talk(5s, {{&alice_, 127}, {&bob_, 70}});
  EXPECT_THAT(told_, IsEmpty());
}

TEST_F(SpeakerDetectorTest, OneWhoSpeaksIsToldSoonAndOnceMoreWhenSilent) {
  Talk(400ms, {{&alice_, 25}, {&bob_, 127}});
  ASSERT_FALSE(told_.empty());
  ASSERT_EQ(told_.back().size(), 1u);
  EXPECT_EQ(told_.back()[0].source.peer, PeerId(1));
  EXPECT_NEAR(told_.back()[0].level, 58, 8);
  Talk(3s, {{&alice_, 127}, {&bob_, 127}});
  EXPECT_THAT(told_.back(), IsEmpty());
}

TEST_F(SpeakerDetectorTest, LoudestFirst) {
  Talk(1s, {{&alice_, 40}, {&bob_, 20}});
  ASSERT_EQ(told_.back().size(), 2u);
  EXPECT_EQ(told_.back()[0].source.peer, PeerId(2));
  EXPECT_GT(told_.back()[0].level, told_.back()[1].level);
}

TEST_F(SpeakerDetectorTest, AtMostFiveTimesASecondAndOnlyOnChange) {
  Talk(2s, {{&alice_, 30}});
  EXPECT_LE(told_.size(), 3u) << "a steady voice is told once it is up";
  told_.clear();
  for (int i = 0; i < 50; ++i) {
    Talk(20ms, {{&alice_, static_cast<uint8_t>(i % 2 ? 10 : 60)}});
    Talk(20ms, {{&bob_, static_cast<uint8_t>(i % 3 ? 10 : 90)}});
  }
  EXPECT_LE(told_.size(), 11u);
}

TEST_F(SpeakerDetectorTest, WhosePacketsStayAwayIsSilent) {
  Talk(1s, {{&alice_, 20}});
  Talk(1s, {{&bob_, 127}});
  EXPECT_THAT(told_.back(), IsEmpty());
}

TEST_F(SpeakerDetectorTest, WhoLeavesIsNoLongerNamed) {
  Talk(1s, {{&alice_, 20}, {&bob_, 20}});
  detector_.Remove(alice_);
  Talk(300ms, {{&bob_, 20}});
  ASSERT_EQ(told_.back().size(), 1u);
  EXPECT_EQ(told_.back()[0].source.peer, PeerId(2));
}

TEST_F(SpeakerDetectorTest, NamesABoundedNumber) {
  std::vector<std::pair<Voice*, uint8_t>> all;
  for (uint64_t i = 0; i < 40; ++i) all.emplace_back(&detector_.Add({PeerId(100 + i), 0}), 20);
  Talk(1s, all);
  EXPECT_EQ(told_.back().size(), kMaxSpeakers);
}

}  // namespace
}  // namespace plaza::sfu
