#include "api/whip/main_speaker.h"

#include <gtest/gtest.h>

namespace plaza::api {
namespace {

using room::UserId;

class MainSpeakerTest : public testing::Test {
 protected:
  base::Time At(int milliseconds) const {
    return base::Time{} + std::chrono::milliseconds(milliseconds);
  }
  void Publish(const char* user, int at) { speaker_.SetPublishing(UserId(user), true, At(at)); }
  void Speak(std::vector<const char*> users, int at) {
    std::vector<room::SpeakerView> views;
    views.reserve(users.size());
    for (const char* user : users) views.push_back({UserId(user), 50});
    speaker_.SetSpeakers(views, At(at));
  }
  std::string Current() const { return speaker_.current() ? speaker_.current()->value() : ""; }

  MainSpeaker speaker_;
};

TEST_F(MainSpeakerTest, IsNobodyWhereNobodyPublishes) {
  Speak({"alice"}, 0);
  EXPECT_EQ(Current(), "");
}

TEST_F(MainSpeakerTest, IsTheFirstPublisherBeforeAnybodySpeaks) {
  Publish("alice", 0);
  Publish("bob", 10);
  EXPECT_EQ(Current(), "alice");
}

TEST_F(MainSpeakerTest, ChangesToWhomIsLoudestForASecond) {
  Publish("alice", 0);
  Publish("bob", 0);
  Speak({"bob", "alice"}, 1000);
  EXPECT_EQ(Current(), "alice");
  EXPECT_EQ(speaker_.NextDeadline(), At(2000));
  speaker_.HandleTimeout(At(2000));
  EXPECT_EQ(Current(), "bob");
  EXPECT_EQ(speaker_.NextDeadline(), base::kNever);
}

TEST_F(MainSpeakerTest, DoesNotChangeForAShortInterruption) {
  Publish("alice", 0);
  Publish("bob", 0);
  Speak({"alice"}, 0);
  Speak({"bob", "alice"}, 1000);
  Speak({"alice"}, 1500);
  speaker_.HandleTimeout(At(2500));
  EXPECT_EQ(Current(), "alice");
}

TEST_F(MainSpeakerTest, StaysWithTheLastOneWhenNobodySpeaks) {
  Publish("alice", 0);
  Publish("bob", 0);
  Speak({"bob"}, 0);
  speaker_.HandleTimeout(At(1000));
  Speak({}, 3000);
  EXPECT_EQ(Current(), "bob");
}

TEST_F(MainSpeakerTest, ChangesAtOnceWhenTheOneWatchedStopsPublishing) {
  Publish("alice", 0);
  Publish("bob", 0);
  speaker_.SetPublishing(UserId("alice"), false, At(100));
  EXPECT_EQ(Current(), "bob");
  speaker_.SetPublishing(UserId("bob"), false, At(200));
  EXPECT_EQ(Current(), "");
}

TEST_F(MainSpeakerTest, IgnoresSpeakersWithoutMediaToWatch) {
  Publish("alice", 0);
  Speak({"carol"}, 0);
  speaker_.HandleTimeout(At(5000));
  EXPECT_EQ(Current(), "alice");
}

}  // namespace
}  // namespace plaza::api
