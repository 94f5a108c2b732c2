// Sender reports: what a receiver makes of them to play audio and video together.
#include "sfu/testing/graph_fixture.h"

namespace plaza::sfu {
namespace {

using namespace testing;

class LipSyncTest : public GraphTest {
 protected:
  void Report(TestClient& publisher) {
    simulation_.Every(500ms, [&publisher] {
      publisher.SendSenderReport(0, 0);
      publisher.SendSenderReport(1, 0);
    });
  }
  // The moment that a receiver takes `packet` to have been captured at, in ms on the server's
  // clock.
  double CaptureOf(const rtp::Packet& packet, const ReceivedStream& stream) const {
    const auto& report = stream.reports.back();
    const double rate = stream.kind == rtp::MediaKind::kVideo ? 90.0 : 48.0;
    const auto ticks = rtp::Distance(packet.header.timestamp, report.rtp_timestamp);
    const base::Duration ntp = rtp::ToWallTime(report.ntp) - calendar_.At(base::Time{});
    return static_cast<double>(ntp.count()) / 1000 + ticks / rate;
  }
  // How much later than it is so the receiver takes the newest packet to have been captured.
  double Offset(const ReceivedStream& stream) const {
    const rtp::Packet& packet = stream.packets.rbegin()->second;
    return CaptureOf(packet, stream) - ReadStamp(packet.payload())->captured_ms;
  }

  const base::Calendar calendar_{simulation_.clock};
};

TEST_F(LipSyncTest, AudioAndVideoOfOneMomentAreReportedAsOneMoment) {
  TestClient& publisher = JoinPublisher(1);
  publisher.clock_offset = 12345s;
  Report(publisher);
  TestClient& watcher = JoinWatcher(2, 1);
  simulation_.Run(5s);
  EXPECT_NEAR(Offset(watcher.audio(0)), Offset(watcher.video(0)), 1);
  EXPECT_NEAR(Offset(watcher.video(0)), 10, 2) << "late by the way of the reports";
}

TEST_F(LipSyncTest, VideoThatComesLateStaysInSync) {
  TestClient& publisher = JoinPublisher(1);
  video_on_ = false;
  // Frames leave the camera 150 ms after they were captured.
  simulation_.Every(40ms, [&] {
    for (auto& packet : publisher.source(1).NextFrame(simulation_.now())) {
      simulation_.In(150ms, [&publisher, packet] { publisher.SendUp(1, 0, packet); });
    }
  });
  Report(publisher);
  TestClient& watcher = JoinWatcher(2, 1);
  simulation_.Run(5s);
  EXPECT_NEAR(Offset(watcher.audio(0)), Offset(watcher.video(0)), 1);
}

TEST_F(LipSyncTest, AReportFollowsAtOnceWhenTheSlotsOccupantChanges) {
  TestClient& first = JoinPublisher(1);
  TestClient& second = JoinPublisher(3);
  first.clock_offset = 1000s;
  second.clock_offset = 777777s;
  Report(first);
  Report(second);
  TestClient& watcher = JoinWatcher(2, 1);
  simulation_.Run(3s);
  watcher.Watch(0, Content(3));
  const base::Time changed = simulation_.now();
  simulation_.Run(120ms);
  for (const auto* stream : {&watcher.audio(0), &watcher.video(0)}) {
    const auto it = std::ranges::find_if(stream->report_times,
                                         [&](base::Time t) { return t > changed + 10ms; });
    EXPECT_NE(it, stream->report_times.end());
    const rtp::Packet& packet = stream->packets.rbegin()->second;
    EXPECT_EQ(ReadStamp(packet.payload())->source, 3u);
  }
  EXPECT_NEAR(Offset(watcher.audio(0)), Offset(watcher.video(0)), 1);
}

TEST_F(LipSyncTest, TheLineOfTimestampsAndTimeStaysOneAcrossOccupants) {
  TestClient& first = JoinPublisher(1);
  TestClient& second = JoinPublisher(3);
  first.clock_offset = 1000s;
  second.clock_offset = 777777s;
  Report(first);
  Report(second);
  TestClient& watcher = JoinWatcher(2, 1);
  for (int i = 0; i < 6; ++i) {
    simulation_.Run(4s);
    watcher.Watch(0, Content(i % 2 ? 1 : 3));
  }
  simulation_.Run(2s);
  for (const auto* stream : {&watcher.audio(0), &watcher.video(0)}) {
    const double rate = stream->kind == rtp::MediaKind::kVideo ? 90.0 : 48.0;
    const auto& reports = stream->reports;
    ASSERT_GT(reports.size(), 20u);
    for (const auto& report : reports) {
      const double ms =
          base::ToMillis(rtp::ToWallTime(report.ntp) - rtp::ToWallTime(reports[0].ntp));
      const double media = (report.rtp_timestamp - reports[0].rtp_timestamp) / rate;
      EXPECT_NEAR(media, ms, 45) << "a frame's time";
    }
  }
}

TEST_F(LipSyncTest, ReportsComeEverySecondWithGrowingCounts) {
  Report(JoinPublisher(1));
  TestClient& watcher = JoinWatcher(2, 1);
  simulation_.Run(10s);
  const auto& reports = watcher.video(0).reports;
  EXPECT_GE(reports.size(), 9u);
  EXPECT_LE(reports.size(), 14u);
  EXPECT_NEAR(reports.back().packet_count, 450, 40);
}

TEST_F(LipSyncTest, ReportsCarryCalendarTimeThatDoesNotJumpWhenTheMachinesClockIsSet) {
  Report(JoinPublisher(1));
  TestClient& watcher = JoinWatcher(2, 1);
  simulation_.Run(3s);
  simulation_.clock.SetWall(simulation_.clock.WallNow() + 24h);
  simulation_.Run(3s);
  const auto& stream = watcher.video(0);
  ASSERT_GE(stream.reports.size(), 5u);
  for (size_t i = 0; i < stream.reports.size(); ++i) {
    const base::WallTime arrival = calendar_.At(stream.report_times[i]);
    EXPECT_NEAR(base::ToMillis(arrival - rtp::ToWallTime(stream.reports[i].ntp)), 10, 1);
  }
}

TEST_F(LipSyncTest, WithoutReportsOfThePublisherArrivalCounts) {
  JoinPublisher(1);
  TestClient& watcher = JoinWatcher(2, 1);
  simulation_.Run(3s);
  EXPECT_NEAR(Offset(watcher.audio(0)), Offset(watcher.video(0)), 2);
}

}  // namespace
}  // namespace plaza::sfu
