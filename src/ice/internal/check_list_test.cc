#include "ice/internal/check_list.h"

#include <gtest/gtest.h>

#include "ice/testing/fixtures.h"

namespace plaza::ice {
namespace {

using std::chrono::seconds;

PairAddress Pair(uint16_t port, uint32_t local_priority, uint32_t remote_priority) {
  base::Path path = MakePath("10.0.0.5:5000", "192.0.2.1:1");
  path.remote.port = port;
  return {path, local_priority, remote_priority};
}

class CheckListTest : public ::testing::Test {
 protected:
  CandidatePair& Add(uint16_t port, uint32_t priority) {
    return *list_.Add(Pair(port, priority, priority), Role::kControlling, PairState::kWaiting);
  }
  uint16_t SendNext() {
    CandidatePair* pair = list_.NextToSend(now_);
    if (pair == nullptr) return 0;
    list_.Transmit(*pair, random_, now_);
    return pair->path.remote.port;
  }

  base::Time now_{seconds(1000)};
  base::SeededRandom random_{1};
  CheckList list_;
};

TEST_F(CheckListTest, PairPriorityIsThatOfTheRfc) {
  EXPECT_EQ(list_.Add(Pair(1, 7, 5), Role::kControlling, PairState::kWaiting)->priority,
            (5ull << 32) + 14 + 1);
  EXPECT_EQ(list_.Add(Pair(2, 7, 5), Role::kControlled, PairState::kWaiting)->priority,
            (5ull << 32) + 14);
}

TEST_F(CheckListTest, ChecksInTheOrderOfPriority) {
  Add(1, 10);
  Add(2, 30);
  Add(3, 20);
  EXPECT_EQ(SendNext(), 2);
  EXPECT_EQ(SendNext(), 3);
  EXPECT_EQ(SendNext(), 1);
  EXPECT_EQ(SendNext(), 0);
  EXPECT_EQ(list_.NextDue(), now_ + kFirstRto);
}

TEST_F(CheckListTest, TriggeredChecksGoFirstThenRepetitions) {
  Add(1, 30);
  Add(2, 20);
  Add(3, 10);
  EXPECT_EQ(SendNext(), 1);
  now_ += kFirstRto;
  list_.Trigger(*list_.Find(Pair(3, 0, 0).path), now_);
  EXPECT_EQ(SendNext(), 3);
  EXPECT_EQ(SendNext(), 1);
  EXPECT_EQ(SendNext(), 2);
}

TEST_F(CheckListTest, ATriggeredCheckOnItsWayKeepsItsTransaction) {
  CandidatePair& pair = Add(1, 10);
  SendNext();
  const TransactionId id = pair.check->id;
  list_.Trigger(pair, now_);
  EXPECT_EQ(SendNext(), 1);
  EXPECT_EQ(pair.check->id, id);
  EXPECT_EQ(pair.check->transmissions, 2);
}

TEST_F(CheckListTest, WithManyPairsEachWaitsForTheTurnOfAll) {
  for (uint16_t port = 1; port <= 40; ++port) Add(port, port);
  SendNext();
  EXPECT_EQ(list_.Find(Pair(40, 0, 0).path)->check->next_transmission, now_ + 40 * kPacing);
}

TEST_F(CheckListTest, FreezesAndThaws) {
  Add(1, 30);
  Add(2, 20);
  EXPECT_EQ(SendNext(), 1);
  list_.FreezeOthers(Pair(3, 0, 0).path);
  EXPECT_EQ(list_.NextDue(), base::kNever);
  EXPECT_EQ(SendNext(), 0);
  list_.Thaw();
  EXPECT_EQ(SendNext(), 1);
  EXPECT_EQ(SendNext(), 2);
}

TEST_F(CheckListTest, AChangeOfRoleTakesChecksBack) {
  list_.Add(Pair(1, 9, 4), Role::kControlling, PairState::kWaiting);
  SendNext();
  const TransactionId id = list_.Find(Pair(1, 0, 0).path)->check->id;
  list_.SetRole(Role::kControlled);
  EXPECT_EQ(list_.FindTransaction(id), nullptr);
  EXPECT_EQ(list_.Find(Pair(1, 0, 0).path)->priority, (4ull << 32) + 18);
  EXPECT_EQ(SendNext(), 1);
}

TEST_F(CheckListTest, WhenFullTheLowestThatIsIdleMakesRoom) {
  for (uint16_t port = 1; port <= kMaxPairs; ++port) Add(port, 1000u + port);
  EXPECT_EQ(list_.Add(Pair(5000, 1, 1), Role::kControlling, PairState::kWaiting), nullptr);
  list_.Find(Pair(1, 0, 0).path)->state = PairState::kSucceeded;
  EXPECT_NE(list_.Add(Pair(5001, 5000, 5000), Role::kControlling, PairState::kWaiting), nullptr);
  EXPECT_NE(list_.Find(Pair(1, 0, 0).path), nullptr);
  EXPECT_EQ(list_.Find(Pair(2, 0, 0).path), nullptr);
  for (uint16_t i = 0; i < kMaxPairs; ++i) SendNext();
  EXPECT_EQ(list_.Add(Pair(5002, 9000, 9000), Role::kControlling, PairState::kWaiting), nullptr);
}

}  // namespace
}  // namespace plaza::ice
