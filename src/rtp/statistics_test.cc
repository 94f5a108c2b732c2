// Statistics of both ends: loss, jitter, reports, round trip.
#include <gtest/gtest.h>

#include "rtp/receive_statistics.h"
#include "rtp/send_statistics.h"

namespace plaza::rtp {
namespace {

using namespace std::chrono_literals;

class ReceiveStatisticsTest : public testing::Test {
 protected:
  void Receive(int number, base::Duration late = {}, bool recovered = false) {
    Packet packet;
    packet.header.sequence_number = static_cast<uint16_t>(number);
    packet.header.timestamp = static_cast<uint32_t>(number) * 960;  // 20 ms of 48 kHz
    packet.arrival = base::Time(1000s + number * 20ms + late);
    packet.payload_size = 100;
    packet.recovered = recovered;
    statistics_.OnPacket(packet);
  }
  rtcp::ReportBlock Report() { return statistics_.BuildReportBlock(now_).value(); }

  ReceiveStatistics statistics_{77, 48'000};
  base::Time now_{2000s};
};

TEST_F(ReceiveStatisticsTest, HasNothingToReportAtFirst) {
  EXPECT_FALSE(statistics_.BuildReportBlock(now_));
}

TEST_F(ReceiveStatisticsTest, CountsLossSinceTheLastReportAndInAll) {
  for (int i = 0; i < 100; ++i) {
    if (i % 4 != 1) Receive(i);
  }
  auto block = Report();
  EXPECT_EQ(block.ssrc, 77u);
  EXPECT_EQ(block.cumulative_lost, 25);
  EXPECT_EQ(block.fraction_lost, 64);
  EXPECT_EQ(block.highest_sequence_number, 99u);
  for (int i = 100; i < 200; ++i) Receive(i);
  block = Report();
  EXPECT_EQ(block.cumulative_lost, 25);
  EXPECT_EQ(block.fraction_lost, 0);
  EXPECT_EQ(statistics_.packets(), 175u);
  EXPECT_EQ(statistics_.bytes(), 17'500u);
}

TEST_F(ReceiveStatisticsTest, RecoveredOnesMakeUpForTheirLoss) {
  Receive(1);
  Receive(3);
  Receive(2, 100ms, true);
  EXPECT_EQ(Report().cumulative_lost, 0);
  EXPECT_EQ(statistics_.jitter(), 0s);
}

TEST_F(ReceiveStatisticsTest, DuplicatesMakeLossNegative) {
  Receive(1);
  Receive(1);
  const auto block = Report();
  EXPECT_EQ(block.cumulative_lost, -1);
  EXPECT_EQ(block.fraction_lost, 0);
}

TEST_F(ReceiveStatisticsTest, CountsCyclesOfTheSequenceNumber) {
  Receive(65'535);
  Receive(65'536);
  EXPECT_EQ(Report().highest_sequence_number, 65'536u);
  EXPECT_EQ(statistics_.cumulative_lost(), 0);
}

TEST_F(ReceiveStatisticsTest, OneStrayPacketIsIgnoredTwoInARowAreARestart) {
  Receive(100);
  Receive(101);
  Receive(30'000);
  Receive(102);
  EXPECT_EQ(Report().cumulative_lost, 0);
  EXPECT_EQ(Report().highest_sequence_number, 102u);
  Receive(30'000);
  Receive(30'001);
  EXPECT_EQ(Report().highest_sequence_number, 30'001u);
  EXPECT_EQ(statistics_.cumulative_lost(), 0);
}

TEST_F(ReceiveStatisticsTest, JitterIsZeroOnASteadyWayAndFollowsVariation) {
  for (int i = 0; i < 200; ++i) Receive(i);
  EXPECT_EQ(Report().jitter, 0u);
  // Every other packet 10 ms late: each difference is 10 ms.
  for (int i = 200; i < 500; ++i) Receive(i, i % 2 == 0 ? 10ms : 0ms);
  EXPECT_NEAR(Report().jitter, 480, 5);
  EXPECT_NEAR(base::ToSeconds(statistics_.jitter()), 0.010, 0.001);
}

TEST_F(ReceiveStatisticsTest, TellsTheLastSenderReportAndTheDelaySince) {
  Receive(1);
  EXPECT_EQ(Report().last_sender_report, 0u);
  EXPECT_EQ(Report().delay_since_sender_report, 0u);
  statistics_.OnSenderReport({0x11112222, 0x33334444}, now_);
  now_ += 1500ms;
  EXPECT_EQ(Report().last_sender_report, 0x22223333u);
  EXPECT_EQ(Report().delay_since_sender_report, 0x18000u);
}

TEST(SendStatistics, BuildsReportsThatRunOnWithTime) {
  SendStatistics statistics(5, 90'000);
  const base::Time start(1000s);
  const NtpTime ntp{1, 2};
  EXPECT_FALSE(statistics.BuildSenderReport(start, ntp));
  statistics.OnPacketSent(0xFFFFFFFF, 100, start);
  statistics.OnPacketSent(0xFFFFFFFF, 50, start);
  const auto report = statistics.BuildSenderReport(start + 1s, ntp);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->sender_ssrc, 5u);
  EXPECT_EQ(report->ntp, ntp);
  EXPECT_EQ(report->packet_count, 2u);
  EXPECT_EQ(report->octet_count, 150u);
  EXPECT_EQ(report->rtp_timestamp, 89'999u);
}

TEST(SendStatistics, KeepsToTheTimelineItWasGiven) {
  SendStatistics statistics(5, 48'000);
  statistics.OnPacketSent(1, 1, base::Time(9s));
  const base::WallTime wall(1'700'000'000s);
  statistics.SetTimeline(1'000'000, ToNtp(wall));
  EXPECT_EQ(statistics.BuildSenderReport(base::Time(10s), ToNtp(wall + 2s))->rtp_timestamp,
            1'096'000u);
  EXPECT_EQ(statistics.BuildSenderReport(base::Time(10s), ToNtp(wall - 2s))->rtp_timestamp,
            904'000u);
}

TEST(SendStatistics, RoundTripOfTheRfcExample) {
  // RFC 3550 figure 2.
  rtcp::ReportBlock block;
  block.ssrc = 5;
  block.last_sender_report = 0xB705'2000;
  block.delay_since_sender_report = 0x0005'4000;
  block.fraction_lost = 64;
  SendStatistics statistics(5, 90'000);
  EXPECT_FALSE(statistics.rtt());
  statistics.OnReportBlock(block, {0xB44DB710, 0x80000000});
  ASSERT_TRUE(statistics.rtt());
  EXPECT_EQ(*statistics.rtt(), 6125ms);
  EXPECT_EQ(statistics.fraction_lost(), 0.25);
}

TEST(SendStatistics, IgnoresNonsense) {
  SendStatistics statistics(5, 90'000);
  rtcp::ReportBlock block;
  block.ssrc = 6;
  block.fraction_lost = 255;
  statistics.OnReportBlock(block, {1, 2});
  EXPECT_EQ(statistics.fraction_lost(), 0);
  block.ssrc = 5;
  statistics.OnReportBlock(block, {1, 2});  // no LSR
  EXPECT_FALSE(statistics.rtt());
  block.last_sender_report = 10 << 16;
  block.delay_since_sender_report = 5 << 16;
  EXPECT_FALSE(RttFrom(block, {12, 0}));   // 3 s below zero
  EXPECT_FALSE(RttFrom(block, {100, 0}));  // longer than a minute
  EXPECT_EQ(RttFrom(block, {15, 0}), base::Duration(1));
  EXPECT_EQ(RttFrom(block, {14, 0xFFF00000}), base::Duration(1));  // clock drift
}

}  // namespace
}  // namespace plaza::rtp
