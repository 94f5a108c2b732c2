// The resumable channel: numbering, acknowledging, replay, bounds, pings; and a simulation over
// sockets that break.
#include "signal/channel.h"

#include <gtest/gtest.h>

#include <deque>
#include <vector>

#include "base/random.h"
#include "signal/codec.h"

namespace plaza::signal {
namespace {

using base::Time;
using namespace std::chrono_literals;

constexpr Time kStart{1000s};

std::vector<std::string> Drain(Channel& channel) {
  std::vector<std::string> frames;
  while (auto frame = channel.Poll()) frames.push_back(*frame);
  return frames;
}

Channel Attached(ChannelConfig config = ChannelConfig::Server(5s)) {
  Channel channel(config);
  channel.Attach(kStart, 0);
  return channel;
}

TEST(Channel, NumbersFromOneAndCarriesAnAck) {
  Channel channel = Attached();
  ASSERT_TRUE(channel.OnNumbered(kStart, 1, {}).ok());
  ASSERT_TRUE(channel.Send(R"({"type":"a"})").ok());
  ASSERT_TRUE(channel.Send(R"({"type":"b"})").ok());
  EXPECT_EQ(Drain(channel), (std::vector<std::string>{R"({"seq":1,"ack":1,"type":"a"})",
                                                      R"({"seq":2,"ack":1,"type":"b"})"}));
}

TEST(Channel, DropsWhatItHasSeenAndRefusesAGap) {
  Channel channel = Attached();
  EXPECT_TRUE(*channel.OnNumbered(kStart, 1, {}));
  EXPECT_FALSE(*channel.OnNumbered(kStart, 1, {}));
  const auto gap = channel.OnNumbered(kStart, 3, {});
  ASSERT_FALSE(gap.ok());
  EXPECT_EQ(gap.error().field, "seq");
  EXPECT_EQ(channel.received(), 1u);
}

TEST(Channel, AcknowledgesAfterHalfASecondOfSilence) {
  Channel channel = Attached();
  ASSERT_TRUE(channel.OnNumbered(kStart, 1, {}).ok());
  EXPECT_TRUE(Drain(channel).empty());
  EXPECT_EQ(channel.NextDeadline(), kStart + 500ms);
  channel.HandleTimeout(kStart + 500ms);
  EXPECT_EQ(Drain(channel), std::vector<std::string>{R"({"type":"ack","ack":1})"});
  channel.HandleTimeout(kStart + 2s);
  EXPECT_TRUE(Drain(channel).empty());
}

TEST(Channel, AcknowledgesThirtyTwoMessagesAtOnce) {
  Channel channel = Attached();
  for (uint64_t seq = 1; seq < 32; ++seq) ASSERT_TRUE(channel.OnNumbered(kStart, seq, {}).ok());
  EXPECT_TRUE(Drain(channel).empty());
  ASSERT_TRUE(channel.OnNumbered(kStart, 32, {}).ok());
  EXPECT_EQ(Drain(channel), std::vector<std::string>{R"({"type":"ack","ack":32})"});
}

TEST(Channel, AMessageMakesAnAckOfItsOwnNeedless) {
  Channel channel = Attached();
  ASSERT_TRUE(channel.OnNumbered(kStart, 1, {}).ok());
  ASSERT_TRUE(channel.Send(R"({"type":"a"})").ok());
  EXPECT_EQ(Drain(channel).size(), 1u);
  channel.HandleTimeout(kStart + 1s);
  EXPECT_TRUE(Drain(channel).empty());
}

TEST(Channel, SendsAgainWhatTheOtherSideLacksAfterAResume) {
  Channel channel = Attached();
  for (const char* body : {R"({"type":"a"})", R"({"type":"b"})", R"({"type":"c"})"})
    ASSERT_TRUE(channel.Send(body).ok());
  EXPECT_EQ(Drain(channel).size(), 3u);
  channel.Detach();
  EXPECT_TRUE(Drain(channel).empty());
  ASSERT_TRUE(channel.Send(R"({"type":"d"})").ok());
  ASSERT_TRUE(channel.CanResumeFrom(1));
  channel.Attach(kStart, 1);
  EXPECT_EQ(Drain(channel), (std::vector<std::string>{R"({"seq":2,"ack":0,"type":"b"})",
                                                      R"({"seq":3,"ack":0,"type":"c"})",
                                                      R"({"seq":4,"ack":0,"type":"d"})"}));
}

TEST(Channel, ResumesOnlyFromWhatWasSentAndIsStillKept) {
  Channel channel = Attached();
  for (const char* body : {R"({"type":"a"})", R"({"type":"b"})"})
    ASSERT_TRUE(channel.Send(body).ok());
  (void)Drain(channel);
  ASSERT_TRUE(channel.OnUnnumbered(kStart, 1).ok());
  channel.Detach();
  ASSERT_TRUE(channel.Send(R"({"type":"c"})").ok());
  EXPECT_FALSE(channel.CanResumeFrom(0));
  EXPECT_TRUE(channel.CanResumeFrom(1));
  EXPECT_TRUE(channel.CanResumeFrom(2));
  EXPECT_FALSE(channel.CanResumeFrom(3));
}

TEST(Channel, RefusesAnAckOfWhatWasNeverSent) {
  Channel channel = Attached();
  ASSERT_TRUE(channel.Send(R"({"type":"a"})").ok());
  EXPECT_FALSE(channel.OnUnnumbered(kStart, 1).ok());
  (void)Drain(channel);
  EXPECT_TRUE(channel.OnUnnumbered(kStart, 1).ok());
  EXPECT_TRUE(channel.drained());
  EXPECT_FALSE(channel.OnUnnumbered(kStart, 2).ok());
}

TEST(Channel, BoundsWhatWaits) {
  Channel many = Attached();
  for (size_t i = 0; i < kMaxUnackedMessages; ++i) ASSERT_TRUE(many.Send(R"({"type":"a"})").ok());
  EXPECT_EQ(many.Send(R"({"type":"a"})").error().kind, base::ErrorKind::kResourceExhausted);

  Channel large = Attached();
  const std::string megabyte = "{\"x\":\"" + std::string(1024 * 1024 - 8, 'x') + "\"}";
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(large.Send(megabyte).ok());
  EXPECT_FALSE(large.Send(R"({"type":"a"})").ok());
}

TEST(Channel, AnswersAPingAtOnceEvenBeforeOtherMessages) {
  Channel channel = Attached();
  ASSERT_TRUE(channel.OnNumbered(kStart, 1, {}).ok());
  ASSERT_TRUE(channel.Send(R"({"type":"a"})").ok());
  ASSERT_TRUE(channel.OnPing(kStart, 0).ok());
  EXPECT_EQ(Drain(channel).front(), R"({"type":"pong","ack":1})");
}

TEST(Channel, TheClientPingsAndGivesUpAfterTwoSilentIntervals) {
  Channel channel = Attached(ChannelConfig::Client(5s));
  EXPECT_EQ(channel.NextDeadline(), kStart + 5s);
  channel.HandleTimeout(kStart + 5s);
  EXPECT_EQ(Drain(channel), std::vector<std::string>{R"({"type":"ping","ack":0})"});
  ASSERT_TRUE(channel.OnUnnumbered(kStart + 6s, 0).ok());
  channel.HandleTimeout(kStart + 15s);
  EXPECT_FALSE(channel.silent());
  EXPECT_EQ(channel.NextDeadline(), kStart + 16s);
  channel.HandleTimeout(kStart + 16s);
  EXPECT_TRUE(channel.silent());
}

TEST(Channel, TheServerGivesUpAfterThreeSilentIntervals) {
  Channel channel = Attached();
  EXPECT_EQ(channel.NextDeadline(), kStart + 15s);
  channel.HandleTimeout(kStart + 15s);
  EXPECT_TRUE(channel.silent());
  EXPECT_TRUE(Drain(channel).empty());
  channel.Detach();
  EXPECT_FALSE(channel.silent());
  EXPECT_EQ(channel.NextDeadline(), base::kNever);
}

TEST(Channel, FramesOfASocketThatIsGoneSetNoDeadline) {
  Channel channel = Attached(ChannelConfig::Client(5s));
  channel.Detach();
  ASSERT_TRUE(channel.OnNumbered(kStart, 1, {}).ok());
  ASSERT_TRUE(channel.OnPing(kStart, 0).ok());
  EXPECT_EQ(channel.NextDeadline(), base::kNever);
  channel.HandleTimeout(kStart + 60s);
  EXPECT_FALSE(channel.silent());
  channel.Attach(kStart + 60s, 0);
  EXPECT_TRUE(Drain(channel).empty()) << "the handshake says what was received";
  EXPECT_EQ(channel.NextDeadline(), kStart + 65s);
}

/// Two channels and a socket between them that loses what is in flight when it breaks.
class Simulation {
 public:
  explicit Simulation(uint64_t seed) : random_(seed) {}

  void Run() {
    for (int step = 0; step < 400; ++step) {
      Step(/*calm=*/false);
      if (testing::Test::HasFailure()) return;
    }
    for (int step = 0; step < 200; ++step) Step(/*calm=*/true);
    for (const Side* side : {&client_, &server_}) {
      EXPECT_EQ(side->got, side->other->said);
      EXPECT_TRUE(side->channel.drained());
    }
  }

 private:
  struct Side {
    Channel channel;
    std::deque<std::string> inbox{};  // in flight towards this side
    uint64_t said = 0;
    uint64_t got = 0;
    Side* other = nullptr;
  };

  void Step(bool calm) {
    now_ += std::chrono::milliseconds(random_.Below(300));
    if (!open_) Reconnect(calm);
    for (Side* side : {&client_, &server_}) {
      for (uint64_t n = calm ? 0 : random_.Below(4); n > 0; --n) {
        const std::string body = R"({"type":"need","pairs":)" + std::to_string(++side->said) + "}";
        ASSERT_TRUE(side->channel.Send(body).ok());
      }
      side->channel.HandleTimeout(now_);
      Flush(*side);
      for (uint64_t n = calm ? 1000 : random_.Below(8); n > 0 && !side->inbox.empty(); --n) {
        Take(*side, side->inbox.front());
        side->inbox.pop_front();
      }
    }
    if (!calm && open_ && random_.Below(10) == 0) Break();
  }

  void Flush(Side& side) {
    while (auto frame = side.channel.Poll()) {
      if (open_) side.other->inbox.push_back(*frame);  // else written into a dead socket
    }
  }

  void Take(Side& side, const std::string& text) {
    if (&side == &server_ && text.find("\"ping\"") != std::string::npos) {
      ASSERT_TRUE(side.channel.OnPing(now_, ParseClientFrame(text)->ack).ok());
      return;
    }
    const auto frame = ParseServerFrame(text);
    ASSERT_TRUE(frame.ok()) << text;
    ASSERT_TRUE(frame->message.ok()) << text;
    if (!frame->seq) {
      ASSERT_TRUE(side.channel.OnUnnumbered(now_, frame->ack).ok());
      return;
    }
    const auto fresh = side.channel.OnNumbered(now_, *frame->seq, frame->ack);
    ASSERT_TRUE(fresh.ok()) << text << fresh.error().message;
    if (!*fresh) return;
    ASSERT_EQ(std::get<Need>(*frame->message).pairs, ++side.got) << text;
  }

  /// The socket breaks: some of what is in flight still arrives, its tail is lost.
  void Break() {
    open_ = false;
    for (Side* side : {&client_, &server_}) {
      for (uint64_t n = random_.Below(side->inbox.size() + 1); n > 0; --n) {
        Take(*side, side->inbox.front());
        side->inbox.pop_front();
      }
      side->inbox.clear();
    }
    client_.channel.Detach();
    if (random_.Below(2) == 0) server_.channel.Detach();  // or it learns by the next resume
  }

  void Reconnect(bool calm) {
    const uint64_t client_has = client_.channel.received();  // in `resume`
    if (!calm && random_.Below(3) == 0) return;              // which gets lost
    ASSERT_TRUE(server_.channel.CanResumeFrom(client_has));
    server_.channel.Attach(now_, client_has);
    const uint64_t server_has = server_.channel.received();  // in `resumed`
    if (!calm && random_.Below(3) == 0) {
      return;
    }
    ASSERT_TRUE(client_.channel.CanResumeFrom(server_has));
    client_.channel.Attach(now_, server_has);
    open_ = true;
  }

  base::SeededRandom random_;
  Time now_ = kStart;
  bool open_ = false;
  Side client_{Channel(ChannelConfig::Client(5s))};
  Side server_{Channel(ChannelConfig::Server(5s))};
  struct Link {
    Link(Side& a, Side& b) {
      a.other = &b;
      b.other = &a;
    }
  } link_{client_, server_};
};

TEST(ChannelSimulation, EveryMessageOnceAndInOrderOverBreakingSockets) {
  for (uint64_t seed = 1; seed <= 1000 && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Simulation(seed).Run();
  }
}

}  // namespace
}  // namespace plaza::signal
