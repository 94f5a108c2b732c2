#include "sctp/internal/reassembler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/random.h"

namespace plaza::sctp::internal {
namespace {

constexpr size_t kMaxMessage = 1000;

struct Piece {
  Tsn tsn = 0;
  uint16_t stream = 0;
  uint16_t ssn = 0;
  std::string text;
  bool begin = true;
  bool end = true;
  bool unordered = false;
};

bool Add(Reassembler& reassembler, const Piece& piece) {
  DataChunk data;
  data.tsn = ToWireTsn(piece.tsn);
  data.stream = piece.stream;
  data.ssn = piece.ssn;
  data.begin = piece.begin;
  data.end = piece.end;
  data.unordered = piece.unordered;
  data.payload = base::AsBytes(piece.text);
  return reassembler.Add(piece.tsn, data);
}

std::vector<std::string> Ready(Reassembler& reassembler) {
  std::vector<std::string> texts;
  for (const ReceivedMessage& message : reassembler.TakeReady())
    texts.emplace_back(base::AsText(message.payload));
  return texts;
}

using Texts = std::vector<std::string>;

TEST(Reassembler, PutsFragmentsTogetherInAnyOrder) {
  const std::vector<Piece> pieces = {{1, 0, 0, "a", true, false},
                                     {2, 0, 0, "b", false, false},
                                     {3, 0, 0, "c", false, false},
                                     {4, 0, 0, "d", false, true}};
  std::vector<size_t> order = {0, 1, 2, 3};
  do {
    Reassembler reassembler(kMaxMessage);
    for (const size_t i : order) EXPECT_TRUE(Add(reassembler, pieces[i]));
    EXPECT_EQ(Ready(reassembler), Texts{"abcd"});
    EXPECT_EQ(reassembler.memory(), 0u);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST(Reassembler, KeepsNeighbouringMessagesApart) {
  Reassembler reassembler(kMaxMessage);
  Add(reassembler, {2, 0, 0, "b", false, true});
  Add(reassembler, {3, 1, 0, "x", true, false});
  Add(reassembler, {4, 1, 0, "y", false, true});
  Add(reassembler, {1, 0, 0, "a", true, false});
  EXPECT_EQ(Ready(reassembler), (Texts{"xy", "ab"}));
}

TEST(Reassembler, HoldsOrderedMessagesBackAndLetsUnorderedOnesPass) {
  Reassembler reassembler(kMaxMessage);
  Add(reassembler, {2, 0, 1, "second"});
  Add(reassembler, {3, 0, 0, "now", true, true, true});
  Add(reassembler, {4, 5, 0, "other stream"});
  EXPECT_EQ(Ready(reassembler), (Texts{"now", "other stream"}));
  EXPECT_GT(reassembler.memory(), 0u);
  Add(reassembler, {1, 0, 0, "first"});
  EXPECT_EQ(Ready(reassembler), (Texts{"first", "second"}));
  EXPECT_EQ(reassembler.memory(), 0u);
}

TEST(Reassembler, OrdersBeyondTheWrapOfStreamNumbers) {
  Reassembler reassembler(kMaxMessage);
  for (uint32_t i = 0; i < 65'536 + 10; ++i)
    Add(reassembler, {1 + i, 0, static_cast<uint16_t>(i), std::to_string(i)});
  const Texts texts = Ready(reassembler);
  ASSERT_EQ(texts.size(), 65'546u);
  EXPECT_EQ(texts.back(), "65545");
}

TEST(Reassembler, RefusesAMessageThatIsTooLarge) {
  Reassembler reassembler(10);
  EXPECT_FALSE(Add(reassembler, {1, 0, 0, "01234567890"}));
  EXPECT_TRUE(Add(reassembler, {2, 0, 0, "012345", true, false}));
  EXPECT_FALSE(Add(reassembler, {3, 0, 0, "67890", false, true}));
}

TEST(Reassembler, GoesOnWithoutWhatIsSkipped) {
  Reassembler reassembler(kMaxMessage);
  Add(reassembler, {2, 0, 1, "b"});
  Add(reassembler, {4, 0, 3, "d"});
  reassembler.OnCumulative(1);
  reassembler.Skip({0, 0});
  EXPECT_EQ(Ready(reassembler), Texts{"b"});
  reassembler.Skip({0, 2});
  EXPECT_EQ(Ready(reassembler), Texts{"d"});
  Add(reassembler, {3, 0, 2, "too late"});
  reassembler.Skip({0, 1});
  EXPECT_TRUE(Ready(reassembler).empty());
  EXPECT_EQ(reassembler.memory(), 0u);
}

TEST(Reassembler, DropsFragmentsThatCanNotBecomeWhole) {
  Reassembler reassembler(kMaxMessage);
  Add(reassembler, {1, 0, 0, "begins, and something else follows", true, false});
  Add(reassembler, {2, 1, 0, "whole"});
  Add(reassembler, {3, 2, 0, "has no begin", false, false});
  Add(reassembler, {5, 3, 0, "may still grow", true, false});
  reassembler.OnCumulative(3);
  const size_t kept = reassembler.memory();
  EXPECT_GT(kept, 0u);
  EXPECT_EQ(Ready(reassembler), Texts{"whole"});
  Add(reassembler, {6, 3, 0, "!", false, true});
  EXPECT_EQ(Ready(reassembler), Texts{"may still grow!"});
  EXPECT_EQ(reassembler.memory(), 0u);
}

TEST(Reassembler, CountsFromZeroAfterAReset) {
  Reassembler reassembler(kMaxMessage);
  Add(reassembler, {1, 0, 0, "a"});
  Add(reassembler, {2, 0, 7, "never in order"});
  reassembler.ResetStream(0);
  EXPECT_EQ(reassembler.memory(), 0u);
  Add(reassembler, {3, 0, 0, "new"});
  EXPECT_EQ(Ready(reassembler), (Texts{"a", "new"}));
}

TEST(Reassembler, ForgetsNothingOfItsMemoryWhateverComes) {
  base::SeededRandom dice(3);
  for (int round = 0; round < 200; ++round) {
    Reassembler reassembler(kMaxMessage);
    std::vector<Tsn> order(60);
    for (size_t i = 0; i < order.size(); ++i) order[i] = static_cast<Tsn>(i + 1);
    for (size_t i = order.size() - 1; i > 0; --i) std::swap(order[i], order[dice.Below(i + 1)]);
    for (const Tsn tsn : order) {
      EXPECT_TRUE(Add(reassembler, {tsn, static_cast<uint16_t>(dice.Below(2)),
                                    static_cast<uint16_t>(dice.Below(3)), "x", dice.Below(2) == 0,
                                    dice.Below(2) == 0, dice.Below(2) == 0}));
    }
    reassembler.OnCumulative(100);
    reassembler.ResetAllStreams();
    (void)reassembler.TakeReady();
    EXPECT_EQ(reassembler.memory(), 0u);
  }
}

}  // namespace
}  // namespace plaza::sctp::internal
