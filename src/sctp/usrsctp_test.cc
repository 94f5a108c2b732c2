// Our socket against usrsctp, in both roles and over bad networks.
#include <gtest/gtest.h>
#include <sys/time.h>
#include <time.h>

#include <algorithm>
#include <functional>
#include <string>

#include "netsim/link.h"
#include "sctp/internal/dcep.h"
#include "sctp/testing/endpoint.h"
#include "sctp/testing/usrsctp_end.h"

namespace plaza::sctp {
namespace {

using namespace std::chrono_literals;
using testing::Endpoint;
using testing::UsrsctpEnd;

constexpr uint32_t kDcep = 50, kText = 51, kBinary = 53, kEmptyText = 56, kEmptyBinary = 57;

/// usrsctp is told the time in steps of this.
constexpr base::Duration kTick = 10ms;

/// What usrsctp, which also reads the wall clock, is shown as such.
const base::Clock* usrsctp_clock = nullptr;

class Usrsctp : public ::testing::Test {
 protected:
  Usrsctp() {
    usrsctp_clock = &clock_;
    // Some of its tables remember times across tests.
    static base::WallTime last = clock_.WallNow();
    clock_.SetWall(last += 3600s);
  }
  ~Usrsctp() override { usrsctp_clock = nullptr; }

  void Use(const netsim::LinkConditions& conditions) {
    out_.SetConditions(conditions);
    in_.SetConditions(conditions);
  }

  void Step() {
    Carry(ours.packets, out_);
    Carry(theirs.packets, in_);
    clock_.Advance(kTick);
    while (auto packet = out_.Receive(now())) theirs.Receive(packet->bytes);
    while (auto packet = in_.Receive(now())) ours.socket->HandlePacket(packet->bytes, now());
    if (ours.socket->NextDeadline() <= now()) ours.socket->HandleTimeout(now());
    UsrsctpEnd::Tick(static_cast<uint32_t>(base::ToMillis(kTick)));
  }
  void Run(base::Duration span) {
    for (const base::Time end = now() + span; now() < end;) Step();
  }
  bool RunUntil(const std::function<bool()>& done, base::Duration limit = 60s) {
    for (const base::Time end = now() + limit; !done() && now() < end;) Step();
    return done();
  }

  bool ConnectFromThem() {
    theirs.Connect();
    return RunUntil([&] { return theirs.up && ours.connected == 1; });
  }
  bool ConnectFromUs() {
    theirs.Listen();
    ours.socket->Connect(now());
    return RunUntil([&] { return theirs.up && ours.connected == 1; });
  }

  base::Status Send(ChannelId channel, const std::string& message) {
    return ours.socket->Send(channel, MessageKind::kBinary, base::AsBytes(message), now());
  }
  size_t Binaries() const {
    return static_cast<size_t>(
        std::count_if(theirs.received.begin(), theirs.received.end(),
                      [](const UsrsctpEnd::Received& r) { return r.ppid == kBinary; }));
  }
  std::vector<std::string> BinaryTexts() const {
    std::vector<std::string> texts;
    for (const auto& r : theirs.received)
      if (r.ppid == kBinary) texts.push_back(r.text);
    return texts;
  }
  base::Time now() const { return clock_.Now(); }

  static netsim::LinkConditions BadNetwork() {
    netsim::LinkConditions conditions;
    conditions.delay = 30ms;
    conditions.loss = 0.1;
    conditions.reorder = 0.05;
    conditions.duplicate = 0.02;
    return conditions;
  }
  static std::string Message(int number) {
    std::string message = std::to_string(number) + ":";
    message.resize(number % 10 == 9 ? 30'000 : 100 + static_cast<size_t>(number) * 13, 'x');
    return message;
  }

 private:
  void Carry(std::deque<base::Bytes>& packets, netsim::Link& link) {
    for (; !packets.empty(); packets.pop_front()) link.Send(packets.front(), now());
  }

  base::FakeClock clock_;
  netsim::Link out_{{}, 11};
  netsim::Link in_{{}, 12};

 protected:
  Endpoint ours{{}, 1};  // the DTLS server: odd streams
  UsrsctpEnd theirs;
};

TEST_F(Usrsctp, ConnectsToUsAndExchangesAllKindsOfMessages) {
  ASSERT_TRUE(ConnectFromThem());
  const ChannelId channel(2);
  ASSERT_TRUE(theirs.Send(2, kDcep, internal::SerializeOpen({.label = "from usrsctp"})));
  ASSERT_TRUE(theirs.Send(2, kText, base::AsBytes("text")));
  ASSERT_TRUE(theirs.Send(2, kEmptyText, base::AsBytes(std::string(1, '\0'))));
  ASSERT_TRUE(theirs.Send(2, kBinary, base::AsBytes(std::string(60'000, 'b'))));
  ASSERT_TRUE(theirs.Send(2, kEmptyBinary, base::AsBytes(std::string(1, '\0'))));
  ASSERT_TRUE(RunUntil([&] { return ours.messages[channel].size() == 4; }));
  EXPECT_EQ(ours.opened[channel].label, "from usrsctp");
  EXPECT_EQ(ours.messages[channel],
            (std::vector<std::string>{"text", "", std::string(60'000, 'b'), ""}));
  EXPECT_EQ(ours.kinds[channel], (std::vector{MessageKind::kText, MessageKind::kText,
                                              MessageKind::kBinary, MessageKind::kBinary}));
  ASSERT_TRUE(ours.socket->Send(channel, MessageKind::kText, base::AsBytes("hello"), now()));
  ASSERT_TRUE(Send(channel, std::string(60'000, 'o')));
  ASSERT_TRUE(RunUntil([&] { return Binaries() == 1; }));
  ASSERT_EQ(theirs.received.size(), 3u);
  EXPECT_TRUE(theirs.received[0].ppid == kDcep &&
              internal::IsAck(base::AsBytes(theirs.received[0].text)));
  EXPECT_TRUE(theirs.received[1].ppid == kText && theirs.received[1].text == "hello");
  EXPECT_EQ(theirs.received[2].text, std::string(60'000, 'o'));
}

TEST_F(Usrsctp, TakesOurConnectionAndOurChannel) {
  ASSERT_TRUE(ConnectFromUs());
  const ChannelId channel = ours.socket->Open({.label = "ours", .ordered = false}, now()).value();
  EXPECT_EQ(channel, ChannelId(1));
  ASSERT_TRUE(RunUntil([&] { return theirs.received.size() == 1; }));
  const auto config = internal::ParseOpen(base::AsBytes(theirs.received[0].text));
  ASSERT_TRUE(config);
  EXPECT_EQ(config->label, "ours");
  ASSERT_TRUE(theirs.Send(1, kDcep, internal::SerializeAck()));
  ASSERT_TRUE(RunUntil([&] { return ours.opened.contains(channel); }));
  ASSERT_TRUE(Send(channel, "unordered now"));
  ASSERT_TRUE(RunUntil([&] { return Binaries() == 1; }));
  EXPECT_TRUE(theirs.received.back().unordered);
}

TEST_F(Usrsctp, BothMayConnectAtOnce) {
  ours.socket->Connect(now());
  theirs.Connect();
  ASSERT_TRUE(RunUntil([&] { return theirs.up && ours.connected == 1; }));
  ASSERT_TRUE(theirs.Send(0, kDcep, internal::SerializeOpen({.label = "x"})));
  EXPECT_TRUE(RunUntil([&] { return ours.opened.contains(ChannelId(0)); }));
}

TEST_F(Usrsctp, ReliableChannelsDeliverAllInOrderOverABadNetwork) {
  Use(BadNetwork());
  ASSERT_TRUE(ConnectFromUs());
  const ChannelId channel = ours.socket->Open({.label = "ours"}, now()).value();
  std::vector<std::string> sent;
  for (int i = 0; i < 100; ++i) {
    sent.push_back(Message(i));
    ASSERT_TRUE(Send(channel, sent.back()));
    ASSERT_TRUE(theirs.Send(1, kBinary, base::AsBytes(sent.back())));
    Run(10ms);
  }
  ASSERT_TRUE(
      RunUntil([&] { return ours.messages[channel].size() == 100 && Binaries() == 100; }, 300s));
  EXPECT_EQ(ours.messages[channel], sent);
  EXPECT_EQ(BinaryTexts(), sent);
}

TEST_F(Usrsctp, WhatTheyGiveUpDoesNotHoldUsUp) {
  ASSERT_TRUE(ConnectFromThem());
  ASSERT_TRUE(theirs.Send(0, kDcep, internal::SerializeOpen({.label = "x", .max_retransmits = 0})));
  ASSERT_TRUE(RunUntil([&] { return ours.opened.contains(ChannelId(0)); }));
  Use(BadNetwork());
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(theirs.Send(0, kBinary, base::AsBytes(Message(i)), false, 0));
    Run(20ms);
  }
  Run(20s);
  Use({});
  const size_t before = ours.messages[ChannelId(0)].size();
  EXPECT_GT(before, 30u);
  EXPECT_LT(before, 100u);
  ASSERT_TRUE(theirs.Send(0, kBinary, base::AsBytes("last"), false, 0));
  Run(2s);
  EXPECT_EQ(ours.messages[ChannelId(0)].back(), "last");
}

TEST_F(Usrsctp, WhatWeGiveUpDoesNotHoldThemUp) {
  ASSERT_TRUE(ConnectFromUs());
  const ChannelId channel =
      ours.socket->Open({.label = "ours", .max_retransmits = 0}, now()).value();
  ASSERT_TRUE(RunUntil([&] { return theirs.received.size() == 1; }));
  Use(BadNetwork());
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(Send(channel, Message(i)));
    Run(20ms);
  }
  Run(20s);
  Use({});
  EXPECT_GT(Binaries(), 30u);
  EXPECT_LT(Binaries(), 100u);
  ASSERT_TRUE(Send(channel, "last"));
  Run(2s);
  EXPECT_EQ(BinaryTexts().back(), "last");
}

TEST_F(Usrsctp, ClosesAChannelByStreamReset) {
  ASSERT_TRUE(ConnectFromThem());
  ASSERT_TRUE(theirs.Send(0, kDcep, internal::SerializeOpen({.label = "x"})));
  ASSERT_TRUE(RunUntil([&] { return ours.opened.contains(ChannelId(0)); }));
  theirs.ResetStream(0);
  ASSERT_TRUE(RunUntil([&] { return ours.closed_channels.size() == 1; }));
  EXPECT_TRUE(RunUntil([&] { return !theirs.incoming_resets.empty(); }));
  // The stream begins anew.
  ours.opened.clear();
  ASSERT_TRUE(theirs.Send(0, kDcep, internal::SerializeOpen({.label = "again"})));
  ASSERT_TRUE(theirs.Send(0, kBinary, base::AsBytes("hello")));
  ASSERT_TRUE(RunUntil([&] { return ours.messages[ChannelId(0)].size() == 1; }));
  EXPECT_EQ(ours.opened[ChannelId(0)].label, "again");
}

TEST_F(Usrsctp, AnswersWhenWeCloseAChannel) {
  Use(BadNetwork());
  ASSERT_TRUE(ConnectFromThem());
  ASSERT_TRUE(theirs.Send(0, kDcep, internal::SerializeOpen({.label = "x"})));
  ASSERT_TRUE(RunUntil([&] { return ours.opened.contains(ChannelId(0)); }));
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(Send(ChannelId(0), Message(i)));
  ours.socket->Close(ChannelId(0), now());
  ASSERT_TRUE(RunUntil([&] { return !theirs.incoming_resets.empty(); }));
  EXPECT_EQ(Binaries(), 20u);
  theirs.ResetStream(0);
  EXPECT_TRUE(RunUntil([&] { return ours.closed_channels.size() == 1; }));
}

TEST_F(Usrsctp, ShutsDownInPeaceFromBothSides) {
  ASSERT_TRUE(ConnectFromThem());
  theirs.Shutdown();
  EXPECT_TRUE(RunUntil([&] { return ours.closed == 1; }));
  EXPECT_EQ(ours.close_reason, "shut down");
}

TEST_F(Usrsctp, HearsOurShutdown) {
  ASSERT_TRUE(ConnectFromThem());
  ours.socket->Shutdown(now());
  EXPECT_TRUE(RunUntil([&] { return ours.closed == 1 && theirs.down; }));
}

TEST_F(Usrsctp, HearsOurAbort) {
  ASSERT_TRUE(ConnectFromThem());
  ours.socket->Abort("enough");
  EXPECT_TRUE(RunUntil([&] { return theirs.down; }));
}

}  // namespace
}  // namespace plaza::sctp

extern "C" int gettimeofday(timeval* __restrict now, void* __restrict) noexcept {
  if (plaza::sctp::usrsctp_clock) {
    const auto micros = plaza::sctp::usrsctp_clock->WallNow().time_since_epoch().count();
    now->tv_sec = micros / 1'000'000;
    now->tv_usec = micros % 1'000'000;
    return 0;
  }
  timespec precise{};
  if (clock_gettime(CLOCK_REALTIME, &precise) != 0) return -1;
  now->tv_sec = precise.tv_sec;
  now->tv_usec = precise.tv_nsec / 1000;
  return 0;
}
