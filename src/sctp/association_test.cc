// How associations begin and end, and what strangers and liars can't do.
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "sctp/internal/constants.h"
#include "sctp/internal/crc32c.h"
#include "sctp/internal/packet.h"
#include "sctp/testing/socket_pair.h"

namespace plaza::sctp {
namespace {

using namespace std::chrono_literals;
using internal::ChunkType;
using testing::SocketPair;

ChunkType FirstChunk(base::ByteView packet) { return static_cast<ChunkType>(packet[12]); }

base::Bytes WithChecksum(base::Bytes packet) {
  base::StoreU32(packet.data() + 8, internal::ChecksumOf(packet));
  return packet;
}

// A packet to the server with one chunk.
base::Bytes Forged(uint32_t tag, ChunkType type, const base::Bytes& value = {}, uint8_t flags = 0) {
  base::Bytes packet(16 + (value.size() + 3) / 4 * 4);
  base::StoreU16(packet.data(), 5000);
  base::StoreU16(packet.data() + 2, 5000);
  base::StoreU32(packet.data() + 4, tag);
  packet[12] = static_cast<uint8_t>(type);
  packet[13] = flags;
  base::StoreU16(packet.data() + 14, static_cast<uint16_t>(4 + value.size()));
  std::copy(value.begin(), value.end(), packet.begin() + 16);
  return WithChecksum(packet);
}

TEST(Association, IsUpAfterTwoRoundTrips) {
  SocketPair pair({.up = {.delay = 50ms}, .down = {.delay = 50ms}});
  const base::Time begin = pair.now();
  ASSERT_TRUE(pair.Connect());
  EXPECT_EQ(pair.now() - begin, 200ms);
  EXPECT_EQ(pair.client.socket->state(), SocketState::kConnected);
  EXPECT_EQ(pair.server.socket->state(), SocketState::kConnected);
}

TEST(Association, SurvivesTheLossOfEachPacketOfItsSetup) {
  for (const ChunkType type :
       {ChunkType::kInit, ChunkType::kInitAck, ChunkType::kCookieEcho, ChunkType::kCookieAck}) {
    SocketPair pair;
    int lost = 0;
    pair.tap = [&](bool, base::ByteView packet) {
      return FirstChunk(packet) == type && lost++ == 0;
    };
    EXPECT_TRUE(pair.Connect()) << static_cast<int>(type);
    const ChannelId channel = pair.Open({.label = "x"});
    EXPECT_TRUE(pair.server.opened.contains(channel));
    EXPECT_EQ(pair.client.connected + pair.server.connected, 2);
  }
}

TEST(Association, GivesUpWhenNobodyAnswers) {
  SocketPair pair;
  pair.tap = [](bool, base::ByteView) { return true; };
  EXPECT_FALSE(pair.Connect(60s));
  EXPECT_EQ(pair.client.closed, 1);
  EXPECT_EQ(pair.client.socket->NextDeadline(), base::kNever);
  EXPECT_EQ(pair.client.socket->state(), SocketState::kClosed);
}

TEST(Association, BothMayConnectAtOnce) {
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    netsim::LinkConditions conditions{.delay = 50ms, .jitter = 30ms, .loss = 0.3};
    SocketPair pair({.up = conditions, .down = conditions, .seed = seed});
    pair.server.socket->Connect(pair.now());
    ASSERT_TRUE(pair.Connect()) << seed;
    EXPECT_EQ(pair.client.connected + pair.server.connected, 2);
    const ChannelId channel = pair.Open({.label = "x"});
    ASSERT_TRUE(pair.Send(pair.client, channel, "hello"));
    EXPECT_TRUE(pair.RunUntil([&] { return !pair.server.messages[channel].empty(); })) << seed;
  }
}

TEST(Association, AnswersAnInitWithoutKeepingAnything) {
  SocketPair pair;
  base::Bytes init;
  pair.tap = [&](bool from_client, base::ByteView packet) {
    if (from_client) init.assign(packet.begin(), packet.end());
    return true;
  };
  pair.client.socket->Connect(pair.now());
  pair.Run(0s);
  for (int i = 0; i < 1000; ++i) pair.server.socket->HandlePacket(init, pair.now());
  EXPECT_EQ(pair.server.packets.size(), 1000u);
  EXPECT_EQ(pair.server.socket->state(), SocketState::kNew);
  EXPECT_EQ(pair.server.socket->NextDeadline(), base::kNever);
}

TEST(Association, TakesNoStaleCookieAndBeginsAnew) {
  SocketPair pair;
  std::vector<base::Bytes> held;
  pair.tap = [&](bool, base::ByteView packet) {
    if (FirstChunk(packet) != ChunkType::kCookieEcho || !held.empty()) return false;
    held.emplace_back(packet.begin(), packet.end());
    return true;
  };
  pair.client.socket->Connect(pair.now());
  pair.Run(100ms);
  ASSERT_EQ(held.size(), 1u);
  pair.server.socket->HandlePacket(held[0], pair.now() + internal::kCookieLifetime + 1s);
  EXPECT_EQ(pair.server.connected, 0);
  EXPECT_EQ(FirstChunk(pair.server.packets.back()), ChunkType::kError);
  EXPECT_TRUE(pair.RunUntil([&] { return pair.client.connected + pair.server.connected == 2; }));
}

TEST(Association, TakesPacketsOnlyWithItsPortsAndTag) {
  SocketPair pair;
  base::Bytes last;
  pair.tap = [&](bool from_client, base::ByteView packet) {
    if (from_client) last.assign(packet.begin(), packet.end());
    return false;
  };
  ASSERT_TRUE(pair.Connect());
  const ChannelId channel = pair.Open({.label = "x"});
  ASSERT_TRUE(pair.Send(pair.client, channel, "hello"));
  pair.Run(1s);
  const uint64_t before = pair.server.socket->stats().dropped_stranger;
  for (const size_t at : {0u, 2u, 4u, 7u}) {
    base::Bytes changed = last;
    changed[at] ^= 1;
    pair.server.socket->HandlePacket(WithChecksum(changed), pair.now());
  }
  for (const ChunkType type : {ChunkType::kAbort, ChunkType::kShutdown,
                               ChunkType::kShutdownComplete, ChunkType::kShutdownAck})
    pair.server.socket->HandlePacket(Forged(12345, type, base::Bytes(4)), pair.now());
  pair.server.socket->HandlePacket(Forged(0, ChunkType::kAbort, {}, 1), pair.now());
  EXPECT_EQ(pair.server.socket->stats().dropped_stranger, before + 9);
  EXPECT_EQ(pair.server.closed, 0);
}

TEST(Association, EndsAtAnAbortAndTellsWhy) {
  SocketPair pair;
  ASSERT_TRUE(pair.Connect());
  pair.client.socket->Abort("no more");
  EXPECT_EQ(pair.client.closed, 1);
  EXPECT_EQ(pair.client.close_reason, "no more");
  pair.Run(1s);
  EXPECT_EQ(pair.server.closed, 1);
  EXPECT_EQ(pair.server.close_reason, "aborted by the other side: cause 12 \"no more\"");
  EXPECT_EQ(pair.server.socket->NextDeadline(), base::kNever);
  EXPECT_FALSE(pair.server.socket->Open({.label = "x"}, pair.now()).ok());
}

TEST(Association, EndsWhenThePathIsDeadWithAndWithoutData) {
  for (const bool with_data : {true, false}) {
    SocketPair pair;
    ASSERT_TRUE(pair.Connect());
    const ChannelId channel = pair.Open({.label = "x"});
    pair.tap = [](bool, base::ByteView) { return true; };
    if (with_data) {
      ASSERT_TRUE(pair.Send(pair.client, channel, "hello?"));
    }
    pair.Run(150s);
    EXPECT_EQ(pair.client.closed, 1);
    EXPECT_EQ(pair.client.close_reason, "the other side does not answer");
    EXPECT_EQ(pair.server.closed, 1);
  }
}

TEST(Association, SurvivesAnOutageOfHalfAMinuteAndGoesOnSoonAfterIt) {
  SocketPair pair({.up = {.delay = 20ms}, .down = {.delay = 20ms}});
  ASSERT_TRUE(pair.Connect());
  const ChannelId channel = pair.Open({.label = "x"});
  bool outage = true;
  pair.tap = [&](bool, base::ByteView) { return outage; };
  ASSERT_TRUE(pair.Send(pair.client, channel, "patience"));
  pair.Run(30s);
  outage = false;
  EXPECT_TRUE(pair.RunUntil([&] { return !pair.server.messages[channel].empty(); }, 4s));
}

TEST(Association, AsksAnIdlePeerNowAndThen) {
  SocketPair pair;
  ASSERT_TRUE(pair.Connect());
  int heartbeats = 0;
  pair.tap = [&](bool, base::ByteView packet) {
    heartbeats += FirstChunk(packet) == ChunkType::kHeartbeat ? 1 : 0;
    return false;
  };
  pair.Run(10min);
  EXPECT_NEAR(heartbeats, 2 * 20, 4);
  EXPECT_EQ(pair.client.closed + pair.server.closed, 0);
}

TEST(Association, TellsAPeerThatDoesNotKnowThatItHasEnded) {
  SocketPair pair;
  ASSERT_TRUE(pair.Connect());
  const ChannelId channel = pair.Open({.label = "x"});
  pair.Run(1s);
  bool lost = true;
  pair.tap = [&](bool from_client, base::ByteView) {
    return !from_client && std::exchange(lost, false);
  };
  pair.server.socket->Abort("lost on the way");
  pair.Run(1s);
  EXPECT_EQ(pair.client.closed, 0);
  ASSERT_TRUE(pair.Send(pair.client, channel, "still there?"));
  pair.Run(1s);
  EXPECT_EQ(pair.client.closed, 1);
}

TEST(Association, ShutsDownThoughEachPacketOfItMayGetLost) {
  for (const ChunkType type :
       {ChunkType::kShutdown, ChunkType::kShutdownAck, ChunkType::kShutdownComplete}) {
    SocketPair pair;
    ASSERT_TRUE(pair.Connect());
    int lost = 0;
    pair.tap = [&](bool, base::ByteView packet) {
      return FirstChunk(packet) == type && lost++ == 0;
    };
    pair.client.socket->Shutdown(pair.now());
    EXPECT_EQ(pair.client.socket->state(), SocketState::kClosing);
    EXPECT_TRUE(pair.RunUntil([&] { return pair.client.closed + pair.server.closed == 2; }));
    EXPECT_EQ(pair.client.close_reason, "shut down");
    EXPECT_EQ(pair.server.close_reason, "shut down");
  }
}

TEST(Association, UnknownChunksAreHandledAsTheirHighBitsSay) {
  SocketPair pair;
  ASSERT_TRUE(pair.Connect());
  uint32_t tag = 0;
  pair.tap = [&](bool from_client, base::ByteView packet) {
    if (from_client) tag = base::LoadU32(packet.data() + 4);
    return false;
  };
  pair.Open({.label = "x"});
  pair.Run(1s);
  // An unknown chunk, and a HEARTBEAT behind it.
  const auto answers = [&](uint8_t type) {
    const base::Bytes unknown = Forged(tag, static_cast<ChunkType>(type));
    const base::Bytes heartbeat = Forged(tag, ChunkType::kHeartbeat);
    base::Bytes packet(unknown.size() + 4);
    std::copy(unknown.begin(), unknown.end(), packet.begin());
    std::copy(heartbeat.begin() + 12, heartbeat.end(), packet.end() - 4);
    pair.server.packets.clear();
    pair.server.socket->HandlePacket(WithChecksum(packet), pair.now());
    std::vector<ChunkType> types;
    for (const base::Bytes& answer : pair.server.packets) {
      internal::ChunkReader reader(base::ByteView(answer).subspan(12));
      while (const auto chunk = reader.Next()) types.push_back(chunk->type);
    }
    return types;
  };
  EXPECT_EQ(answers(0x3F), (std::vector<ChunkType>{}));
  EXPECT_EQ(answers(0x7F), (std::vector{ChunkType::kError}));
  EXPECT_EQ(answers(0xBF), (std::vector{ChunkType::kHeartbeatAck}));
  EXPECT_EQ(answers(0xFF), (std::vector{ChunkType::kError, ChunkType::kHeartbeatAck}));
  EXPECT_EQ(pair.server.closed, 0);
}

TEST(Association, EndsAPeerThatSendsEmptyData) {
  SocketPair pair;
  uint32_t tag = 0;
  pair.tap = [&](bool from_client, base::ByteView packet) {
    if (from_client) tag = base::LoadU32(packet.data() + 4);
    return false;
  };
  ASSERT_TRUE(pair.Connect());
  pair.server.socket->HandlePacket(Forged(tag, ChunkType::kData, base::Bytes(12), 3), pair.now());
  EXPECT_EQ(pair.server.closed, 1);
  EXPECT_EQ(FirstChunk(pair.server.packets.back()), ChunkType::kAbort);
}

}  // namespace
}  // namespace plaza::sctp
