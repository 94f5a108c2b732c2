// Framed TCP over the loopback interface; time-outs by a clock that the test moves.
#include "net/framed_tcp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "net/testing/raw_client.h"

namespace plaza::net {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

std::string Frame(const std::string& content) {
  const auto size = content.size();
  return std::string{static_cast<char>(size >> 8), static_cast<char>(size & 0xff)} + content;
}

const std::string kMedia(1000, '\x80');

class FramedTcpTest : public ::testing::Test, protected FramedTcp::Owner {
 protected:
  void Listen(FramedTcpOptions options = {}, const char* address = "127.0.0.1:0") {
    auto listening =
        FramedTcp::Listen(loop_, *base::SocketAddress::Parse(address), pool_, *this, options);
    ASSERT_TRUE(listening.ok());
    tcp_ = std::move(*listening);
  }
  std::unique_ptr<RawClient> Connect() { return std::make_unique<RawClient>(loop_, tcp_->local()); }
  /// A client whose first frame is admitted.
  std::unique_ptr<RawClient> Admitted() {
    auto client = Connect();
    const size_t before = received_.size();
    client->Send(Frame("hello"));
    EXPECT_TRUE(WaitFor([&] { return received_.size() > before; }));
    return client;
  }
  bool WaitFor(const std::function<bool()>& holds) { return loop_.RunUntil(holds, 5s); }
  void Pass(base::Duration time) {
    clock_.Advance(time);
    WaitFor([] { return true; });
  }

  bool Admit(base::ByteView first_frame) override { return base::AsText(first_frame) == "hello"; }
  void OnDatagrams(std::span<ReceivedDatagram> frames) override {
    for (const ReceivedDatagram& frame : frames) {
      received_.emplace_back(base::AsText(frame.buffer.view()));
      path_ = frame.path;
    }
  }
  void OnConnectionClosed(const base::Path& path) override { closed_.push_back(path); }

  base::FakeClock clock_;
  EventLoop loop_{clock_};
  base::PacketPool pool_;
  std::unique_ptr<FramedTcp> tcp_;
  std::vector<std::string> received_;
  std::vector<base::Path> closed_;
  base::Path path_;
};

TEST_F(FramedTcpTest, CarriesDatagramsBothWaysOnAPathOfItsOwn) {
  Listen();
  auto client = Admitted();
  EXPECT_EQ(path_.protocol, base::TransportProtocol::kTcp);
  EXPECT_EQ(path_.local, tcp_->local());
  tcp_->Send(path_, base::AsBytes("answer"));
  tcp_->Send(path_, base::AsBytes("more"));
  EXPECT_TRUE(client->WaitFor(Frame("more")));
  EXPECT_EQ(client->received(), Frame("answer") + Frame("more"));
  client->Send(Frame("a") + Frame("b"));
  EXPECT_TRUE(WaitFor([&] { return received_.size() == 3; }));
  EXPECT_THAT(received_, ElementsAre("hello", "a", "b"));
}

TEST_F(FramedTcpTest, TellsTheAddressConnectedToOnAWildcard) {
  Listen({}, "[::]:0");
  const base::SocketAddress v4{base::IpAddress::V4(127, 0, 0, 1), tcp_->local().port};
  RawClient client(loop_, v4);
  client.Send(Frame("hello"));
  EXPECT_TRUE(WaitFor([&] { return !received_.empty(); }));
  EXPECT_EQ(path_.local, v4);
}

TEST_F(FramedTcpTest, ClosesAStrangerAtTheFirstFrame) {
  Listen();
  auto client = Connect();
  client->Send(Frame("who is there"));
  EXPECT_TRUE(client->WaitForClose());
  EXPECT_EQ(tcp_->counters().closed_stranger, 1u);
  auto browser = Connect();
  browser->Send("GET / HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(browser->WaitForClose());
  EXPECT_EQ(tcp_->counters().closed_malformed, 1u);
  EXPECT_EQ(tcp_->open_connections(), 0u);
  EXPECT_TRUE(received_.empty());
  EXPECT_TRUE(closed_.empty());
}

TEST_F(FramedTcpTest, TellsWhenTheOtherSideEnds) {
  Listen();
  auto client = Admitted();
  client->Reset();
  EXPECT_TRUE(WaitFor([&] { return !closed_.empty(); }));
  EXPECT_THAT(closed_, ElementsAre(path_));
  tcp_->Send(path_, base::AsBytes("late"));
  EXPECT_EQ(tcp_->counters().dropped_no_connection, 1u);
}

TEST_F(FramedTcpTest, ClosesWhenAskedToAndSendsBeforeWhatIsQueued) {
  Listen();
  auto client = Admitted();
  tcp_->Send(path_, base::AsBytes("bye"));
  tcp_->Close(path_);
  EXPECT_TRUE(client->WaitForClose());
  EXPECT_EQ(client->received(), Frame("bye"));
  EXPECT_TRUE(closed_.empty());
}

TEST_F(FramedTcpTest, AnUnprovenSenderHasLittleTimeAProvenOneMustNotFallSilent) {
  FramedTcpOptions options;
  options.prove_timeout = 5s;
  options.idle_timeout = 35s;
  Listen(options);
  auto silent = Connect();
  auto unproven = Admitted();
  auto proven = Admitted();
  tcp_->Prove(path_);
  Pass(5s);
  EXPECT_TRUE(silent->WaitForClose());
  EXPECT_TRUE(unproven->WaitForClose());
  EXPECT_EQ(tcp_->counters().closed_unproven, 2u);
  EXPECT_EQ(closed_.size(), 1u);
  Pass(20s);
  proven->Send(Frame("still here"));
  EXPECT_TRUE(WaitFor([&] { return received_.back() == "still here"; }));
  Pass(34s);
  EXPECT_EQ(tcp_->open_connections(), 1u);
  Pass(1s);
  EXPECT_TRUE(proven->WaitForClose());
  EXPECT_EQ(tcp_->counters().closed_idle, 1u);
}

TEST_F(FramedTcpTest, ConnectionsAreBounded) {
  FramedTcpOptions options;
  options.max_connections = 3;
  options.max_unproven = 2;
  Listen(options);
  auto first = Connect();
  EXPECT_TRUE(WaitFor([&] { return tcp_->open_connections() == 1; }));
  clock_.Advance(1ms);
  auto second = Admitted();
  auto third = Connect();
  EXPECT_TRUE(first->WaitForClose());
  EXPECT_EQ(tcp_->counters().closed_unproven, 1u);
  tcp_->Prove(path_);
  auto fourth = Connect();
  EXPECT_TRUE(WaitFor([&] { return tcp_->open_connections() == 3; }));
  auto fifth = Connect();
  EXPECT_TRUE(fifth->WaitForClose());
  EXPECT_EQ(tcp_->counters().refused_full, 1u);
}

TEST_F(FramedTcpTest, ASlowReaderLosesMediaFirstAndNeverBlocksOthers) {
  FramedTcpOptions options;
  options.max_queued_bytes = 64 << 10;
  Listen(options);
  auto slow = Admitted();
  const base::Path slow_path = path_;
  auto quick = Admitted();
  const base::Path quick_path = path_;
  slow->Pause();
  size_t turns = 0;
  while (tcp_->counters().dropped_queue_full == 0 && ++turns < 10'000) {
    for (int i = 0; i < 50; ++i) tcp_->Send(slow_path, base::AsBytes(kMedia));
    tcp_->Send(quick_path, base::AsBytes("on time"));
    quick->Forget();
    ASSERT_TRUE(quick->WaitFor(Frame("on time")));
  }
  EXPECT_GT(tcp_->counters().dropped_queue_full, 0u);
  // What is not media still has its place, up to a bound.
  const uint64_t dropped = tcp_->counters().dropped_queue_full;
  tcp_->Send(slow_path, base::AsBytes(std::string(100, '\x01')));
  EXPECT_EQ(tcp_->counters().dropped_queue_full, dropped);
  for (int i = 0; i < 1000; ++i) tcp_->Send(slow_path, base::AsBytes(std::string(100, '\x01')));
  EXPECT_GT(tcp_->counters().dropped_queue_full, dropped);
  // Frames are whole: after the jam the reader is still in step.
  slow->Resume();
  EXPECT_TRUE(slow->WaitFor(Frame(std::string(100, '\x01'))));
  std::string_view rest = slow->received();
  while (rest.size() >= 2) {
    const size_t size = base::LoadU16(base::AsBytes(rest).data());
    ASSERT_TRUE(size == 1000 || size == 100);
    rest.remove_prefix(std::min(rest.size(), 2 + size));
  }
}

TEST_F(FramedTcpTest, ABusyPortIsAnErrorThatNamesIt) {
  Listen();
  const auto second = FramedTcp::Listen(loop_, tcp_->local(), pool_, *this);
  ASSERT_FALSE(second.ok());
  EXPECT_NE(second.error().message.find(tcp_->local().ToString()), std::string::npos);
}

}  // namespace
}  // namespace plaza::net
