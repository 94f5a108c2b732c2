// Whatever the network does, channels keep their promises. Many seeds; set PLAZA_SEEDS for more,
// and PLAZA_SEED to replay one.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "sctp/testing/socket_pair.h"

namespace plaza::sctp {
namespace {

using namespace std::chrono_literals;
using testing::PairOptions;
using testing::SocketPair;

uint64_t SeedsToRun() {
  const char* text = std::getenv("PLAZA_SEEDS");
  return text ? std::strtoull(text, nullptr, 10) : 6;
}

// Each seed of PLAZA_SEED or PLAZA_SEEDS.
template <typename F>
void ForEachSeed(F&& run) {
  if (const char* one = std::getenv("PLAZA_SEED")) return run(std::strtoull(one, nullptr, 10));
  for (uint64_t seed = 1; seed <= SeedsToRun() && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("PLAZA_SEED=" + std::to_string(seed));
    run(seed);
  }
}

netsim::LinkConditions BadNetwork(double loss) {
  netsim::LinkConditions conditions;
  conditions.delay = 40ms;
  conditions.jitter = 10ms;
  conditions.loss = loss;
  conditions.reorder = 0.1;
  conditions.reorder_delay = 30ms;
  conditions.duplicate = 0.05;
  return conditions;
}

struct Case {
  double loss;
  base::Duration limit;  ///< by when everything has arrived
};

class Simulation : public ::testing::TestWithParam<Case> {
 protected:
  static PairOptions Bad(uint64_t seed) {
    return {.up = BadNetwork(GetParam().loss), .down = BadNetwork(GetParam().loss), .seed = seed};
  }
};

// The message says its number, and is as long as the dice say.
std::string Numbered(int number, base::Random& dice) {
  const uint64_t longest = dice.Below(4) == 0 ? 20'000 : 800;
  std::string message = std::to_string(number) + ":";
  message.append(dice.Below(longest), static_cast<char>('a' + number % 26));
  return message;
}

int NumberOf(const std::string& message) { return std::atoi(message.c_str()); }

// Both sides send on one channel, now and then.
std::pair<std::vector<std::string>, std::vector<std::string>> Chat(SocketPair& pair,
                                                                   ChannelId channel, int count,
                                                                   base::Random& dice) {
  std::pair<std::vector<std::string>, std::vector<std::string>> sent;
  for (int i = 0; i < count; ++i) {
    for (auto [from, list] :
         {std::pair(&pair.client, &sent.first), std::pair(&pair.server, &sent.second)}) {
      list->push_back(Numbered(i, dice));
      EXPECT_TRUE(pair.Send(*from, channel, list->back()));
    }
    pair.Run(base::Duration(static_cast<int64_t>(dice.Below(60'000))));
  }
  return sent;
}

TEST_P(Simulation, AReliableChannelDeliversEverythingOnceAndInOrder) {
  ForEachSeed([&](uint64_t seed) {
    SocketPair pair(Bad(seed));
    base::SeededRandom dice(seed);
    ASSERT_TRUE(pair.Connect());
    const ChannelId channel = pair.Open({.label = "reliable"});
    const auto [up, down] = Chat(pair, channel, 100, dice);
    EXPECT_TRUE(pair.RunUntil(
        [&, &up = up, &down = down] {
          return pair.server.messages[channel].size() >= up.size() &&
                 pair.client.messages[channel].size() >= down.size();
        },
        GetParam().limit));
    pair.Run(5s);
    EXPECT_EQ(pair.server.messages[channel], up);
    EXPECT_EQ(pair.client.messages[channel], down);
    EXPECT_EQ(pair.client.closed + pair.server.closed, 0);
  });
}

TEST_P(Simulation, AnUnorderedReliableChannelDeliversEverythingOnce) {
  ForEachSeed([&](uint64_t seed) {
    SocketPair pair(Bad(seed));
    base::SeededRandom dice(seed);
    ASSERT_TRUE(pair.Connect());
    const ChannelId channel = pair.Open({.label = "any order", .ordered = false});
    auto [up, down] = Chat(pair, channel, 100, dice);
    EXPECT_TRUE(
        pair.RunUntil([&, &up = up] { return pair.server.messages[channel].size() >= up.size(); },
                      GetParam().limit));
    pair.Run(5s);
    auto& got = pair.server.messages[channel];
    std::sort(got.begin(), got.end());
    std::sort(up.begin(), up.end());
    EXPECT_EQ(got, up);
  });
}

TEST_P(Simulation, AnUnreliableChannelNeverStallsAndNeverRepeats) {
  const ChannelConfig configs[] = {
      {.label = "plaza-ordered", .max_retransmits = 0},
      {.label = "plaza-unordered", .ordered = false, .max_retransmits = 0},
      {.label = "short-lived", .max_lifetime = 150ms},
      {.label = "twice", .ordered = false, .max_retransmits = 1},
  };
  ForEachSeed([&](uint64_t seed) {
    for (const ChannelConfig& config : configs) {
      SCOPED_TRACE(config.label);
      SocketPair pair(Bad(seed));
      base::SeededRandom dice(seed);
      ASSERT_TRUE(pair.Connect());
      const ChannelId channel = pair.Open(config);
      const auto [up, down] = Chat(pair, channel, 100, dice);
      pair.Run(15s);
      std::vector<int> numbers;
      for (const std::string& message : pair.server.messages[channel]) {
        const int number = NumberOf(message);
        EXPECT_EQ(message, up[static_cast<size_t>(number)]);
        numbers.push_back(number);
      }
      if (config.ordered) {
        EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
      }
      std::sort(numbers.begin(), numbers.end());
      EXPECT_EQ(std::adjacent_find(numbers.begin(), numbers.end()), numbers.end());
      if (GetParam().loss == 0) {
        EXPECT_GE(numbers.size(), up.size() / 2);  // some are reordered too far, or too old
      }
      // What is sent once the network is good again arrives: nothing waits for what was lost.
      pair.up.SetConditions({});
      pair.down.SetConditions({});
      pair.Run(5s);
      EXPECT_EQ(pair.client.socket->BufferedAmount(channel), 0u);
      const size_t before = pair.server.messages[channel].size();
      ASSERT_TRUE(pair.Send(pair.client, channel, "9999:"));
      pair.Run(1s);
      EXPECT_EQ(pair.server.messages[channel].size(), before + 1);
      EXPECT_EQ(pair.client.closed + pair.server.closed, 0);
    }
  });
}

TEST_P(Simulation, ClosingAChannelDeliversWhatWasSentAndFreesIt) {
  ForEachSeed([&](uint64_t seed) {
    SocketPair pair(Bad(seed));
    base::SeededRandom dice(seed);
    ASSERT_TRUE(pair.Connect());
    std::vector<std::string> sent;
    for (int round = 0; round < 8; ++round) {
      const ChannelId channel = pair.Open({.label = "round " + std::to_string(round)});
      EXPECT_EQ(channel, ChannelId(0));
      EXPECT_EQ(pair.server.opened[channel].label, "round " + std::to_string(round));
      for (int i = 0; i < 10; ++i) {
        sent.push_back(Numbered(round * 10 + i, dice));
        ASSERT_TRUE(pair.Send(pair.client, channel, sent.back()));
      }
      // Whoever closes, and also both.
      const uint64_t who = dice.Below(3);
      if (who != 0) pair.client.socket->Close(channel, pair.now());
      if (who == 0)
        pair.RunUntil([&] { return pair.server.messages[channel].size() == sent.size(); });
      if (who != 1) pair.server.socket->Close(channel, pair.now());
      const auto closed = static_cast<size_t>(round + 1);
      EXPECT_TRUE(pair.RunUntil(
          [&] {
            return pair.client.closed_channels.size() == closed &&
                   pair.server.closed_channels.size() == closed;
          },
          GetParam().limit));
      EXPECT_EQ(pair.server.messages[channel], sent);
      pair.client.opened.clear();
      pair.server.opened.clear();
    }
  });
}

TEST_P(Simulation, ShutdownDeliversWhatWasSentAndEndsBoth) {
  ForEachSeed([&](uint64_t seed) {
    SocketPair pair(Bad(seed));
    base::SeededRandom dice(seed);
    ASSERT_TRUE(pair.Connect());
    const ChannelId channel = pair.Open({.label = "last words"});
    std::vector<std::string> sent;
    for (int i = 0; i < 30; ++i) {
      sent.push_back(Numbered(i, dice));
      ASSERT_TRUE(pair.Send(pair.client, channel, sent.back()));
    }
    pair.client.socket->Shutdown(pair.now());
    if (dice.Below(2) == 0) pair.server.socket->Shutdown(pair.now());
    EXPECT_TRUE(pair.RunUntil([&] { return pair.client.closed + pair.server.closed == 2; },
                              GetParam().limit));
    EXPECT_EQ(pair.server.messages[channel], sent);
  });
}

INSTANTIATE_TEST_SUITE_P(Loss, Simulation,
                         ::testing::Values(Case{0, 30s}, Case{0.05, 60s}, Case{0.2, 300s}),
                         [](const auto& tested) {
                           return "Percent" +
                                  std::to_string(static_cast<int>(tested.param.loss * 100));
                         });

}  // namespace
}  // namespace plaza::sctp
