// Dividing a target among subscriptions.
#include "cc/layer_allocator.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace plaza::cc {
namespace {

using namespace std::chrono_literals;
using base::DataRate;

DataRate Kbps(int64_t kbps) { return DataRate::KilobitsPerSecond(kbps); }

class LayerAllocatorTest : public testing::Test {
 protected:
  LayerDemand Video(int max_layer, int current = 2, int priority = 0) const {
    return {SubscriptionKind::kVideo, priority, simulcast_, max_layer, current};
  }
  LayerDemand Audio() const { return {SubscriptionKind::kAudio, 0, audio_, 0, 0}; }
  std::vector<int> Allocate(int64_t kbps, const std::vector<LayerDemand>& demands) {
    std::vector<int> layers(demands.size(), 99);
    result_ = AllocateLayers(Kbps(kbps), demands, layers);
    return layers;
  }

  std::array<DataRate, 3> simulcast_ = {Kbps(150), Kbps(500), Kbps(1'500)};
  std::array<DataRate, 1> audio_ = {Kbps(40)};
  LayerAllocation result_;
};

using Layers = std::vector<int>;

TEST_F(LayerAllocatorTest, EverythingWhenThereIsEnough) {
  EXPECT_EQ(Allocate(4'000, {Audio(), Video(2), Video(1)}), (Layers{0, 2, 1}));
  EXPECT_EQ(result_.used, Kbps(2'040));
  EXPECT_EQ(result_.wanted, Kbps(2'040));
  EXPECT_FALSE(result_.limited);
}

TEST_F(LayerAllocatorTest, AudioIsGivenAlwaysAndFirst) {
  EXPECT_EQ(Allocate(10, {Video(2), Audio(), Audio()}), (Layers{kNoLayer, 0, 0}));
  EXPECT_EQ(result_.used, Kbps(80));
  EXPECT_TRUE(result_.limited);
  EXPECT_EQ(Allocate(200, {Video(2), Audio(), Audio()}), (Layers{kNoLayer, 0, 0}));
  EXPECT_EQ(Allocate(230, {Video(2), Audio(), Audio()}), (Layers{0, 0, 0}));
}

TEST_F(LayerAllocatorTest, EverybodyGetsTheLowestBeforeAnybodyGetsMore) {
  EXPECT_EQ(Allocate(599, {Video(2), Video(2), Video(2), Video(2)}), (Layers{0, 0, 0, kNoLayer}));
  EXPECT_EQ(Allocate(600, {Video(2), Video(2), Video(2), Video(2)}), (Layers{0, 0, 0, 0}));
}

TEST_F(LayerAllocatorTest, LowestLayersMayOverdrawTheTarget) {
  const std::vector<LayerDemand> demands = {Video(2), Video(2), Video(2)};
  std::vector<int> layers(demands.size());
  AllocateLayers(Kbps(110), demands, layers, 3);
  EXPECT_EQ(layers, (Layers{0, 0, kNoLayer}));
}

TEST_F(LayerAllocatorTest, LayersRiseEvenly) {
  EXPECT_EQ(Allocate(1'000, {Video(2), Video(2)}), (Layers{1, 1}));
  EXPECT_EQ(Allocate(2'000, {Video(2), Video(2)}), (Layers{2, 1}));
  EXPECT_EQ(Allocate(3'000, {Video(2), Video(2)}), (Layers{2, 2}));
}

TEST_F(LayerAllocatorTest, PriorityGoesFirst) {
  EXPECT_EQ(Allocate(1'650, {Video(2, 2, 0), Video(2, 2, 5)}), (Layers{0, 2}));
  EXPECT_EQ(Allocate(150, {Video(2, 2, 0), Video(2, 2, 5)}), (Layers{kNoLayer, 0}));
  EXPECT_EQ(Allocate(1'000, {Video(2, 2, -1), Video(2, 2, 0)}), (Layers{1, 1}));
}

TEST_F(LayerAllocatorTest, NobodyGetsMoreThanTheyWant) {
  EXPECT_EQ(Allocate(9'000, {Video(0), Video(kNoLayer), Video(7)}), (Layers{0, kNoLayer, 2}));
  EXPECT_FALSE(result_.limited);
}

TEST_F(LayerAllocatorTest, ALayerThatIsNotSentIsSkipped) {
  simulcast_[1] = DataRate();
  EXPECT_EQ(Allocate(9'000, {Video(1)}), (Layers{0}));
  EXPECT_EQ(Allocate(9'000, {Video(2)}), (Layers{2}));
  simulcast_[0] = simulcast_[2] = DataRate();
  EXPECT_EQ(Allocate(9'000, {Video(2)}), (Layers{kNoLayer}));
  EXPECT_FALSE(result_.limited);
}

TEST_F(LayerAllocatorTest, GoingUpNeedsHeadroom) {
  EXPECT_EQ(Allocate(510, {Video(2, 0)}), (Layers{0}));
  EXPECT_TRUE(result_.limited);
  EXPECT_EQ(Allocate(510, {Video(2, 1)}), (Layers{1}));
  EXPECT_EQ(Allocate(560, {Video(2, 0)}), (Layers{1}));
}

TEST_F(LayerAllocatorTest, StaysPutWhileTheTargetWavers) {
  int current = kNoLayer;
  int switches = 0;
  for (int i = 0; i < 100; ++i) {
    const int64_t target = i % 2 == 0 ? 560 : 505;
    const int next = Allocate(target, {Video(2, current)})[0];
    switches += next != current;
    current = next;
  }
  EXPECT_EQ(switches, 1);
}

TEST_F(LayerAllocatorTest, NothingToDivide) {
  EXPECT_TRUE(Allocate(100, {}).empty());
  EXPECT_EQ(Allocate(100, {LayerDemand{}}), (Layers{kNoLayer}));
}

TEST_F(LayerAllocatorTest, NeverUsesMoreThanTheTargetBesideAudio) {
  for (int64_t target = 0; target < 6'000; target += 37) {
    Allocate(target, {Audio(), Video(2, 0, 1), Video(2, 1), Video(1, 2), Video(2, kNoLayer)});
    EXPECT_LE(result_.used, std::max(Kbps(target), Kbps(40)));
  }
}

TEST(UpswitchGate, HoldsAfterADownswitchAndLongerWhenItRepeats) {
  UpswitchGate gate;
  base::Time now(1000s);
  EXPECT_EQ(gate.Limit(2, 0, now), 2);
  gate.OnDownswitch(now);
  EXPECT_EQ(gate.Limit(2, 0, now + 1s), 0);
  EXPECT_EQ(gate.Limit(0, 1, now + 1s), 0);
  EXPECT_EQ(gate.Limit(2, 0, now + UpswitchGate::kMinWait), 2);
  now += 3s;
  gate.OnDownswitch(now);
  EXPECT_EQ(gate.Limit(2, 0, now + 3s), 0);
  EXPECT_EQ(gate.Limit(2, 0, now + 4s), 2);
  for (int i = 0; i < 10; ++i) gate.OnDownswitch(now += 5s);
  EXPECT_EQ(gate.Limit(2, 0, now + UpswitchGate::kMaxWait - 1s), 0);
  EXPECT_EQ(gate.Limit(2, 0, now + UpswitchGate::kMaxWait), 2);
  gate.OnDownswitch(now += 200s);
  EXPECT_EQ(gate.Limit(2, 0, now + UpswitchGate::kMinWait), 2);
}

}  // namespace
}  // namespace plaza::cc
