#include "sctp/internal/dcep.h"

#include <gtest/gtest.h>

namespace plaza::sctp::internal {
namespace {

using namespace std::chrono_literals;

TEST(Dcep, AnOpenTellsTheWholeChannel) {
  const ChannelConfig configs[] = {
      {.label = "chat", .protocol = "json"},
      {.label = "", .ordered = false},
      {.label = "moves", .ordered = false, .max_retransmits = 0},
      {.label = "moves", .max_retransmits = 70'000},
      {.label = "pictures", .max_lifetime = 1500ms},
      {.label = std::string(kMaxLabelBytes, 'l'), .protocol = std::string(kMaxLabelBytes, 'p')},
  };
  for (const ChannelConfig& config : configs) EXPECT_EQ(ParseOpen(SerializeOpen(config)), config);
}

TEST(Dcep, AnOpenIsWrittenAsTheRfcDrawsIt) {
  EXPECT_EQ(SerializeOpen({.label = "ab", .protocol = "c", .ordered = false, .max_retransmits = 5}),
            (base::Bytes{3, 0x81, 1, 0, 0, 0, 0, 5, 0, 2, 0, 1, 'a', 'b', 'c'}));
}

TEST(Dcep, ABrokenOpenIsRefused) {
  const base::Bytes open = SerializeOpen({.label = "label", .protocol = "protocol"});
  for (size_t size = 0; size < open.size(); ++size)
    EXPECT_FALSE(ParseOpen(base::ByteView(open).first(size))) << size;
  EXPECT_FALSE(ParseOpen(SerializeOpen({.label = std::string(kMaxLabelBytes + 1, 'l')})));
  base::Bytes unknown = open;
  unknown[1] = 3;
  EXPECT_FALSE(ParseOpen(unknown));
  unknown = open;
  unknown[0] = 0;
  EXPECT_FALSE(ParseOpen(unknown));
}

TEST(Dcep, AnAckIsOneByte) {
  EXPECT_TRUE(IsAck(SerializeAck()));
  EXPECT_FALSE(IsAck({}));
  EXPECT_FALSE(IsAck(base::Bytes{3}));
  EXPECT_FALSE(ParseOpen(SerializeAck()));
}

}  // namespace
}  // namespace plaza::sctp::internal
