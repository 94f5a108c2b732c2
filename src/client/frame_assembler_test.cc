// Frames out of packets that come in any order.
#include "client/frame_assembler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace plaza::client {
namespace {

struct Sent {
  uint16_t sequence_number;
  uint32_t timestamp;
  rtp::FrameInfo info;
};

// Frames of these sizes from `first` on; with `marked_starts` as VP8 tells first packets, without
// as H.264 may.
std::vector<Sent> Stream(const std::vector<int>& sizes, uint16_t first, bool marked_starts) {
  std::vector<Sent> packets;
  uint32_t timestamp = 0xffff'f000;
  for (const int size : sizes) {
    for (int i = 0; i < size; ++i) {
      rtp::FrameInfo info;
      info.first_packet = marked_starts && i == 0;
      info.last_packet = i + 1 == size;
      info.keyframe = timestamp == 0xffff'f000 && i == 0;
      packets.push_back({first++, timestamp, info});
    }
    timestamp += 3000;
  }
  return packets;
}

class Assembly {
 public:
  void Add(const Sent& sent) {
    rtp::Packet packet;
    packet.header.sequence_number = sent.sequence_number;
    packet.header.timestamp = sent.timestamp;
    assembler_.Add(packet, sent.info);
  }
  const std::vector<size_t>& sizes() const { return sizes_; }
  int keyframes() const { return keyframes_; }

 private:
  std::vector<size_t> sizes_;
  int keyframes_ = 0;
  FrameAssembler assembler_{[this](const WholeFrame& frame) {
    sizes_.push_back(frame.packets.size());
    keyframes_ += frame.keyframe ? 1 : 0;
    for (size_t i = 1; i < frame.packets.size(); ++i) {
      EXPECT_EQ(static_cast<uint16_t>(frame.packets[i - 1]->header.sequence_number + 1),
                frame.packets[i]->header.sequence_number);
    }
  }};
};

TEST(FrameAssembler, GivesEachFrameOnceInOrderAcrossTheWrap) {
  Assembly assembly;
  for (const Sent& sent : Stream({3, 1, 4}, 65533, true)) assembly.Add(sent);
  EXPECT_EQ(assembly.sizes(), (std::vector<size_t>{3, 1, 4}));
  EXPECT_EQ(assembly.keyframes(), 1);
}

TEST(FrameAssembler, WaitsForWhatIsMissing) {
  const auto packets = Stream({2, 3, 2}, 10, true);
  Assembly assembly;
  for (const Sent& sent : packets)
    if (sent.sequence_number != 13) assembly.Add(sent);
  EXPECT_EQ(assembly.sizes(), (std::vector<size_t>{2, 2}));
  assembly.Add(packets[3]);
  EXPECT_EQ(assembly.sizes(), (std::vector<size_t>{2, 2, 3}));
}

TEST(FrameAssembler, CountsDuplicatesOnce) {
  Assembly assembly;
  for (const Sent& sent : Stream({1, 2}, 10, true)) {
    assembly.Add(sent);
    assembly.Add(sent);
  }
  EXPECT_EQ(assembly.sizes(), (std::vector<size_t>{1, 2}));
}

TEST(FrameAssembler, FindsStartsByTheirNeighboursWhereThePayloadDoesNotTell) {
  auto packets = Stream({2, 2, 1, 3}, 10, false);
  packets[0].info.first_packet = true;
  Assembly assembly;
  // The last packet of the first frame comes last: it opens the second one, too.
  for (const size_t i : {0, 2, 3, 4, 5, 6, 7, 1}) assembly.Add(packets[i]);
  auto sizes = assembly.sizes();
  std::sort(sizes.begin(), sizes.end());
  EXPECT_EQ(sizes, (std::vector<size_t>{1, 2, 2, 3}));
}

TEST(FrameAssembler, GivesAllFramesOfAShuffledStream) {
  for (uint32_t seed = 0; seed < 50; ++seed) {
    auto packets = Stream(std::vector<int>(50, 4), 60000, true);
    std::mt19937 random(seed);
    const uint16_t last = packets.back().sequence_number;
    std::shuffle(packets.begin() + 1, packets.end(), random);
    Assembly assembly;
    for (const Sent& sent : packets) assembly.Add(sent);
    EXPECT_EQ(assembly.sizes().size(), 50u) << seed << " " << last;
  }
}

TEST(FrameAssembler, ForgetsWhatIsTooOld) {
  const auto packets = Stream(std::vector<int>(600, 2), 0, true);
  Assembly assembly;
  for (const Sent& sent : packets)
    if (sent.sequence_number != 1) assembly.Add(sent);
  EXPECT_EQ(assembly.sizes().size(), 599u);
  assembly.Add(packets[1]);
  EXPECT_EQ(assembly.sizes().size(), 599u);
}

TEST(FrameAssembler, GoesOnAfterAJump) {
  Assembly assembly;
  for (const Sent& sent : Stream({2, 2}, 100, true)) assembly.Add(sent);
  for (const Sent& sent : Stream({2, 2}, 20000, true)) assembly.Add(sent);
  EXPECT_EQ(assembly.sizes().size(), 4u);
}

}  // namespace
}  // namespace plaza::client
