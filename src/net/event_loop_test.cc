// The loop with a clock that stands still, and with the machine's.
#include "net/event_loop.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace plaza::net {
namespace {

using namespace std::chrono_literals;

class EventLoopTest : public ::testing::Test {
 protected:
  // One turn, which sees what is due.
  void Turn() {
    bool ran = false;
    loop_.Post([&] { ran = true; });
    ASSERT_TRUE(loop_.RunUntil([&] { return ran; }, 5s));
  }

  base::FakeClock clock_;
  EventLoop loop_{clock_};
  std::string log_;
};

TEST_F(EventLoopTest, PostedFunctionsRunInOrder) {
  for (char c : std::string("abc")) loop_.Post([this, c] { log_ += c; });
  EXPECT_EQ(log_, "");
  Turn();
  EXPECT_EQ(log_, "abc");
}

TEST_F(EventLoopTest, FunctionsPostedByOtherThreadsWakeTheLoop) {
  bool in_loop = false;
  std::thread other([&] { loop_.Post([&] { in_loop = loop_.InLoopThread(); }); });
  EXPECT_TRUE(loop_.RunUntil([&] { return in_loop; }, 5s));
  other.join();
  EXPECT_FALSE(loop_.InLoopThread());
}

TEST_F(EventLoopTest, StopEndsRunAndRunMayFollowAgain) {
  loop_.Post([this] {
    log_ += "1";
    loop_.Stop();
  });
  loop_.Run();
  loop_.Post([this] {
    log_ += "2";
    loop_.Stop();
  });
  loop_.Run();
  EXPECT_EQ(log_, "12");
}

TEST_F(EventLoopTest, StopBeforeRunIsNotLost) {
  loop_.Stop();
  loop_.Run();
}

TEST_F(EventLoopTest, StopFromAnotherThread) {
  std::thread other([this] { loop_.Stop(); });
  loop_.Run();
  other.join();
}

TEST_F(EventLoopTest, TimersRunByDeadlineAndOnlyOnce) {
  Timer b(loop_, [this] { log_ += "b"; });
  Timer a(loop_, [this] { log_ += "a"; });
  Timer c(loop_, [this] { log_ += "c"; });
  b.Set(clock_.Now() + 2s);
  a.Set(clock_.Now() + 1s);
  c.Set(clock_.Now() + 3s);
  Turn();
  EXPECT_EQ(log_, "");
  clock_.Advance(2s);
  Turn();
  EXPECT_EQ(log_, "ab");
  EXPECT_EQ(a.deadline(), base::kNever);
  clock_.Advance(10s);
  Turn();
  Turn();
  EXPECT_EQ(log_, "abc");
}

TEST_F(EventLoopTest, SettingATimerAgainReplacesItsDeadline) {
  Timer timer(loop_, [this] { log_ += "x"; });
  timer.Set(clock_.Now() + 1s);
  timer.Set(clock_.Now() + 5s);
  clock_.Advance(4s);
  Turn();
  EXPECT_EQ(log_, "");
  timer.Set(clock_.Now() + 10ms);
  clock_.Advance(10ms);
  Turn();
  EXPECT_EQ(log_, "x");
  timer.Set(clock_.Now());
  timer.Cancel();
  Turn();
  EXPECT_EQ(log_, "x");
}

TEST_F(EventLoopTest, ATimerMayDestroyItselfAndOthersInItsCallback) {
  auto second = loop_.RunAt(clock_.Now() + 2s, [this] { log_ += "second"; });
  std::unique_ptr<Timer> first;
  first = loop_.RunAt(clock_.Now() + 1s,
                      [&, text = std::string("a long enough text to live on the heap")] {
                        first.reset();
                        second.reset();
                        log_ += text.substr(0, 6);
                      });
  clock_.Advance(5s);
  Turn();
  EXPECT_EQ(log_, "a long");
}

TEST_F(EventLoopTest, ATimerThatSetsItselfIntoThePastLetsOthersRun) {
  int runs = 0;
  std::unique_ptr<Timer> again;
  again = std::make_unique<Timer>(loop_, [&] {
    ++runs;
    again->Set(clock_.Now());
  });
  again->Set(clock_.Now());
  EXPECT_TRUE(loop_.RunUntil([&] { return runs >= 10; }, 5s));
}

TEST_F(EventLoopTest, ManyTimersInRandomOrderRunSorted) {
  std::vector<std::unique_ptr<Timer>> timers;
  std::vector<base::Time> ran;
  uint32_t state = 1;
  for (int i = 0; i < 500; ++i) {
    state = state * 1664525 + 1013904223;
    const base::Time at = clock_.Now() + base::Duration(state >> 12);
    timers.push_back(loop_.RunAt(at, [&ran, at] { ran.push_back(at); }));
  }
  for (size_t i = 0; i < timers.size(); i += 3) timers[i].reset();
  clock_.Advance(10s);
  Turn();
  EXPECT_EQ(ran.size(), 333u);
  EXPECT_TRUE(std::is_sorted(ran.begin(), ran.end()));
}

TEST_F(EventLoopTest, TurnEndsWithWorkThenFlush) {
  auto flush = loop_.OnTurnEnd([this] { log_ += "F"; }, TurnPhase::kFlush);
  auto work = loop_.OnTurnEnd([this] { log_ += "W"; });
  loop_.Post([this] { log_ += "p"; });
  Turn();
  EXPECT_EQ(log_, "WFpWF");  // what was done before the loop ran ends a turn too
  work = TurnEndHook();
  log_.clear();
  Turn();
  EXPECT_EQ(log_, "FF");
}

TEST_F(EventLoopTest, RunUntilGivesUpAfterItsLimit) {
  EXPECT_FALSE(loop_.RunUntil([] { return false; }, 1ms));
}

TEST(EventLoopClock, TimersWakeTheLoopByTheMachinesClock) {
  EventLoop loop;
  const base::Time deadline = loop.Now() + 3ms;
  base::Time ran{};
  auto timer = loop.RunAt(deadline, [&] { ran = loop.Now(); });
  // A later timer that was set first must not delay an earlier one, nor the other way round.
  auto later = loop.RunAt(deadline + 100s, [] {});
  auto earlier = loop.RunAt(deadline - 2ms, [] {});
  EXPECT_TRUE(loop.RunUntil([&] { return ran != base::Time{}; }, 5s));
  EXPECT_GE(ran, deadline);
}

class FdWatchTest : public EventLoopTest {
 protected:
  FdWatchTest() { EXPECT_EQ(pipe2(pipe_, O_NONBLOCK), 0); }
  ~FdWatchTest() override {
    close(pipe_[0]);
    close(pipe_[1]);
  }
  void Write() { ASSERT_EQ(write(pipe_[1], "x", 1), 1); }

  int pipe_[2];
};

TEST_F(FdWatchTest, CallsBackForAsLongAsItIsReadable) {
  FdWatch watch(loop_, pipe_[0]);
  int calls = 0;
  watch.OnReadable([&] {
    if (++calls < 3) return;  // leaves the byte where it is
    char c;
    EXPECT_EQ(read(pipe_[0], &c, 1), 1);
  });
  Write();
  EXPECT_TRUE(loop_.RunUntil([&] { return calls == 3; }, 5s));
  Turn();
  EXPECT_EQ(calls, 3);
  Write();
  EXPECT_TRUE(loop_.RunUntil([&] { return calls == 4; }, 5s));
}

TEST_F(FdWatchTest, WritableUntilTakenBack) {
  FdWatch watch(loop_, pipe_[1]);
  int calls = 0;
  watch.OnWritable([&] {
    ++calls;
    watch.OnWritable({});
  });
  EXPECT_TRUE(loop_.RunUntil([&] { return calls == 1; }, 5s));
  Turn();
  Turn();
  EXPECT_EQ(calls, 1);
}

TEST_F(FdWatchTest, MayBeDestroyedInItsCallback) {
  auto watch = std::make_unique<FdWatch>(loop_, pipe_[0]);
  int calls = 0;
  watch->OnReadable([&] {
    ++calls;
    watch.reset();
  });
  Write();
  EXPECT_TRUE(loop_.RunUntil([&] { return calls == 1; }, 5s));
  Turn();
  EXPECT_EQ(calls, 1);
  // The descriptor is still ours, and may be watched again.
  FdWatch again(loop_, pipe_[0]);
  again.OnReadable([&] { calls = 10; });
  EXPECT_TRUE(loop_.RunUntil([&] { return calls == 10; }, 5s));
}

}  // namespace
}  // namespace plaza::net
