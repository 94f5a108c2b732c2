// The behaviours of base that everything above relies on.
#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "base/bytes.h"
#include "base/encoding.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/packet_buffer.h"
#include "base/random.h"
#include "base/result.h"
#include "base/strong_id.h"
#include "base/time.h"
#include "base/units.h"

namespace plaza::base {
namespace {

TEST(Result, HoldsValueOrError) {
  Result<int> good = 3;
  ASSERT_TRUE(good.ok());
  EXPECT_EQ(*good, 3);
  Result<int> bad = InvalidArgument("roomId", "must be 1 to 4294967294");
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().field, "roomId");
  EXPECT_STREQ(ToString(bad.error().kind), "invalid-argument");
}

TEST(ByteReader, PastTheEndGivesZerosAndStaysBroken) {
  const Bytes data = {1, 2, 3};
  ByteReader reader(data);
  EXPECT_EQ(reader.U16(), 0x0102);
  EXPECT_EQ(reader.U32(), 0u);
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.U8(), 0);
}

TEST(ByteWriter, PastTheEndWritesNothing) {
  uint8_t room[3] = {};
  ByteWriter writer(room);
  writer.U16(0x0102);
  writer.U16(0x0304);
  EXPECT_FALSE(writer.ok());
  EXPECT_EQ(writer.size(), 2u);
  EXPECT_EQ(room[2], 0);
}

TEST(Base64, RoundTripsAndRefusesWhatIsNotBase64) {
  EXPECT_EQ(Base64Encode(AsBytes("foob")), "Zm9vYg==");
  EXPECT_EQ(AsText(*Base64Decode("Zm9vYg==")), "foob");
  for (const char* bad : {"Zm9vYg=", "Zm=vYg==", "Zm9 Yg==", "Zm9v\n"})
    EXPECT_FALSE(Base64Decode(bad)) << bad;
  EXPECT_EQ(AsText(*Base64UrlDecode(Base64UrlEncode(AsBytes("\xff\xfe?")))), "\xff\xfe?");
}

TEST(Hex, RoundTrips) {
  EXPECT_EQ(HexEncode(Bytes{0, 0xab}), "00ab");
  EXPECT_EQ(*HexDecode("00AB"), (Bytes{0, 0xab}));
  EXPECT_FALSE(HexDecode("0"));
  EXPECT_FALSE(HexDecode("0g"));
}

TEST(SeededRandom, RepeatsBySeed) {
  SeededRandom a(7), b(7), c(8);
  EXPECT_EQ(a.Next64(), b.Next64());
  EXPECT_NE(a.Next64(), c.Next64());
  for (int i = 0; i < 100; ++i) EXPECT_LT(a.Below(7), 7u);
}

TEST(PacketPool, ReusesBuffersAndStopsAtItsLimit) {
  PacketPool pool(2);
  PacketBuffer a = pool.Copy(AsBytes("a"));
  PacketBuffer b = pool.Acquire();
  EXPECT_FALSE(pool.Acquire());
  PacketBuffer shared = a;
  a = {};
  EXPECT_FALSE(pool.Acquire());
  EXPECT_EQ(AsText(shared.view()), "a");
  shared = {};
  EXPECT_TRUE(pool.Acquire());
  EXPECT_EQ(pool.allocated(), 2u);
}

TEST(PacketPool, BuffersComeBackFromOtherThreadsAndOutliveThePool) {
  PacketBuffer survivor;
  {
    PacketPool pool(64);
    std::thread thread;
    for (int round = 0; round < 100; ++round) {
      std::vector<PacketBuffer> batch;
      for (int i = 0; i < 16; ++i) {
        PacketBuffer buffer = pool.Copy(AsBytes("x"));
        if (buffer) batch.push_back(buffer);
      }
      if (thread.joinable()) thread.join();
      thread = std::thread([taken = std::move(batch)]() mutable { taken.clear(); });
    }
    survivor = pool.Copy(AsBytes("last"));
    thread.join();
  }
  ASSERT_TRUE(survivor);
  EXPECT_EQ(AsText(survivor.view()), "last");
}

TEST(Metrics, PrintsPrometheusText) {
  Metrics metrics;
  metrics.GetCounter("plaza_packets_total", "Packets.", {{"way", "in"}}).Add(3);
  metrics.GetGauge("plaza_rooms", "Rooms.").Set(2);
  EXPECT_EQ(&metrics.GetGauge("plaza_rooms", "Rooms."), &metrics.GetGauge("plaza_rooms", "Rooms."));
  const std::string text = metrics.Text();
  EXPECT_NE(text.find("plaza_packets_total{way=\"in\"} 3"), std::string::npos) << text;
  EXPECT_NE(text.find("# TYPE plaza_rooms gauge"), std::string::npos);
}

TEST(DataRate, ConvertsBothWays) {
  const auto rate = DataRate::KilobitsPerSecond(800);
  EXPECT_EQ(rate.BytesIn(1s), 100'000);
  EXPECT_EQ(rate.TimeFor(1000), 10ms);
  EXPECT_EQ(DataRate::Of(100'000, 1s), rate);
}

TEST(FakeClock, MovesOnlyWhenTold) {
  FakeClock clock;
  const Time before = clock.Now();
  clock.Advance(3s);
  EXPECT_EQ(clock.Now() - before, 3s);
}

std::string Logged(LogFormat format, std::initializer_list<LogField> fields) {
  ConfigureLog(LogLevel::kInfo, format);
  testing::internal::CaptureStderr();
  LogInfo("test", "happened", fields);
  const std::string line = testing::internal::GetCapturedStderr();
  ConfigureLog(LogLevel::kInfo, LogFormat::kText);
  return line.substr(line.find("test"));
}

TEST(Log, LinesCannotBeForged) {
  EXPECT_EQ(Logged(LogFormat::kText, {{"name", "a\nb"}, {"count", 3}}),
            "test: happened name=\"a\\nb\" count=3\n");
}

TEST(Log, JsonStaysJsonWhateverTheFieldsHold) {
  EXPECT_EQ(Logged(LogFormat::kJson, {{"text", "\xff\xc3\xa9\x01\\"}, {"none", std::nan("")}}),
            R"(test","message":"happened","text":")"
            "\xef\xbf\xbd\xc3\xa9"
            R"(\u0001\\","none":null})"
            "\n");
}

TEST(Metrics, ACounterFollowsATotalThatIsCountedElsewhere) {
  Metrics metrics;
  metrics.GetCounter("things_total", "Things.").Follow(7);
  EXPECT_NE(metrics.Text().find("# TYPE things_total counter\nthings_total 7"), std::string::npos)
      << metrics.Text();
}

}  // namespace
}  // namespace plaza::base
