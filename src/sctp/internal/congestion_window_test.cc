#include "sctp/internal/congestion_window.h"

#include <gtest/gtest.h>

namespace plaza::sctp::internal {
namespace {

constexpr size_t kPacket = 1000;

TEST(CongestionWindow, GrowsByWhatIsAcknowledgedWhileItStartsSlowly) {
  CongestionWindow window(kPacket);
  EXPECT_EQ(window.bytes(), kInitialWindowPackets * kPacket);
  window.OnAcknowledged(600, window.bytes());
  EXPECT_EQ(window.bytes(), kInitialWindowPackets * kPacket + 600);
  window.OnAcknowledged(5000, window.bytes());  // at most a packet for each SACK
  EXPECT_EQ(window.bytes(), kInitialWindowPackets * kPacket + 600 + kPacket);
}

TEST(CongestionWindow, DoesNotGrowWhileItIsNotUsed) {
  CongestionWindow window(kPacket);
  window.OnAcknowledged(kPacket, 2 * kPacket);
  EXPECT_EQ(window.bytes(), kInitialWindowPackets * kPacket);
}

TEST(CongestionWindow, HalvesAtALossAndThenGrowsByAPacketARoundTrip) {
  CongestionWindow window(kPacket);
  window.OnLoss();
  EXPECT_EQ(window.bytes(), 5 * kPacket);
  window.OnAcknowledged(kPacket, window.bytes());  // up to the threshold still the fast way
  EXPECT_EQ(window.bytes(), 6 * kPacket);
  for (int i = 0; i < 5; ++i) window.OnAcknowledged(kPacket, window.bytes());
  EXPECT_EQ(window.bytes(), 6 * kPacket);
  window.OnAcknowledged(kPacket, window.bytes());
  EXPECT_EQ(window.bytes(), 7 * kPacket);
}

TEST(CongestionWindow, KeepsFourPacketsAtALossAndOneAtATimeout) {
  CongestionWindow window(kPacket);
  for (int i = 0; i < 10; ++i) window.OnLoss();
  EXPECT_EQ(window.bytes(), kMinWindowPackets * kPacket);
  window.OnTimeout();
  EXPECT_EQ(window.bytes(), kPacket);
  window.OnAcknowledged(kPacket, kPacket);
  EXPECT_EQ(window.bytes(), 2 * kPacket);
}

}  // namespace
}  // namespace plaza::sctp::internal
