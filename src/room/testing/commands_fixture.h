// Rooms over a fake media plane and a store in memory, with members that note what they hear.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "room/commands.h"
#include "room/testing/fake_media_plane.h"
#include "room/testing/recording_observer.h"
#include "store/testing/memory_store.h"

namespace plaza::room {

using Heard = std::vector<std::string>;

inline const RoomKey kRoom{SdkAppId(1), *RoomName::Number(7)};

inline signal::SentTrack Audio() {
  return {"0", MediaKind::kAudio, StreamType::kMain, true, {}, {}};
}
inline signal::SentTrack Video() {
  return {"1", MediaKind::kVideo, StreamType::kMain, true, {}, std::vector<Layer>{{"", 640, 360}}};
}
inline signal::SentTrack Screen() {
  return {"2", MediaKind::kVideo, StreamType::kAux, true, {}, std::vector<Layer>{{"", 1280, 720}}};
}
inline signal::SentTrack Stopped(signal::SentTrack track) {
  track.published = false;
  return track;
}

class CommandsTest : public testing::Test {
 protected:
  CommandsTest() {
    media_.SetObserver(&directory_);
    log_ = bus_.Subscribe([this](const Event& event) {
      if (event.room != kRoom) return;
      EXPECT_GT(event.number, last_);
      last_ = event.number;
      events_.push_back(Describe(event.body));
    });
  }

  void Run() {
    while (!tasks_.empty()) {
      auto task = std::move(tasks_.front());
      tasks_.pop_front();
      task();
    }
    media_.Run();
  }
  Entry EntryOf(const std::string& user, std::vector<signal::SentTrack> tracks = {}) {
    Entry entry{kRoom, UserId(user), scene_};
    entry.offer = "pairs=4";
    entry.tracks = std::move(tracks);
    entry.observer = &observers_[user];
    entry.limits = limits_;
    return entry;
  }
  base::Result<Entered> TryEnter(Entry entry) {
    base::Result<Entered> result = base::Error{base::ErrorKind::kInternal, "not answered", "", 0};
    commands_.Enter(std::move(entry),
                    [&](base::Result<Entered> entered) { result = std::move(entered); });
    Run();
    return result;
  }
  MemberId Enter(Entry entry) {
    const auto entered = TryEnter(std::move(entry));
    EXPECT_TRUE(entered.ok()) << entered.error().message;
    return entered.ok() ? entered->member : MemberId();
  }
  MemberId Enter(const std::string& user, std::vector<signal::SentTrack> tracks = {}) {
    return Enter(EntryOf(user, std::move(tracks)));
  }
  MemberId EnterAs(const std::string& user, Role role, std::vector<signal::SentTrack> tracks = {}) {
    Entry entry = EntryOf(user, std::move(tracks));
    entry.role = role;
    return Enter(std::move(entry));
  }
  Heard Take(const std::string& user) {
    Run();
    return observers_[user].Take();
  }
  void Forget() {
    Run();
    for (auto& [user, observer] : observers_) (void)observer.Take();
    events_.clear();
  }
  Heard Events() { return std::exchange(events_, {}); }
  PeerId PeerOf(const std::string& user) {
    return *directory_.Find(kRoom)->Find(UserId(user))->peer;
  }
  static int CodeOf(const base::Status& status) { return status.ok() ? 0 : status.error().code; }

  Scene scene_ = Scene::kRtc;
  AppLimits limits_;
  base::FakeClock clock_;
  std::deque<std::function<void()>> tasks_;
  store::MemoryData data_;
  store::MemoryStore store_{data_, [this](auto task) { tasks_.push_back(std::move(task)); }};
  FakeMediaPlane media_;
  EventBus bus_;
  std::map<std::string, RecordingObserver> observers_;
  Directory directory_{store_, media_, bus_, clock_, std::chrono::seconds(30)};
  Commands commands_{directory_};
  EventBus::Subscription log_;
  EventNumber last_;
  Heard events_;
};

}  // namespace plaza::room
