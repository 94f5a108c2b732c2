// Which layer a view asks for.
#include "sfu/internal/layer_control.h"

#include <gtest/gtest.h>

#include "sfu/internal/track.h"

namespace plaza::sfu {
namespace {

class NoOrigin final : public TrackOrigin {
  void RequestKeyframe(uint8_t) override {}
};

class LayerForViewTest : public ::testing::Test {
 protected:
  int Layer(std::vector<LayerSize> layers, uint16_t width, uint16_t height) {
    const int count = static_cast<int>(layers.size());
    const Track track({{}, rtp::MediaKind::kVideo}, GroupId(1), {.layers = std::move(layers)},
                      origin_);
    return LayerForView(track, count, width, height);
  }
  NoOrigin origin_;
  std::vector<LayerSize> usual_{{320, 180}, {640, 360}, {1280, 720}};
};

TEST_F(LayerForViewTest, TheSmallestThatFillsIt) {
  EXPECT_EQ(Layer(usual_, 160, 90), 0);
  EXPECT_EQ(Layer(usual_, 320, 180), 0);
  EXPECT_EQ(Layer(usual_, 400, 225), 1);
  EXPECT_EQ(Layer(usual_, 1000, 562), 2);
}

TEST_F(LayerForViewTest, ALittleStretchIsNotSeen) {
  EXPECT_EQ(Layer(usual_, 340, 191), 0);
  EXPECT_EQ(Layer(usual_, 690, 388), 1);
}

TEST_F(LayerForViewTest, TheBestForAViewWithoutLimitOrBiggerThanAll) {
  EXPECT_EQ(Layer(usual_, 0, 0), 2);
  EXPECT_EQ(Layer(usual_, 3840, 2160), 2);
}

TEST_F(LayerForViewTest, OrientationDoesNotMatter) {
  EXPECT_EQ(Layer({{180, 320}, {360, 640}}, 320, 180), 0);
  EXPECT_EQ(Layer(usual_, 360, 640), 1);
}

TEST_F(LayerForViewTest, UnknownSizesAllowTheBest) {
  EXPECT_EQ(Layer({{}, {}, {}}, 100, 100), 2);
  EXPECT_EQ(Layer({{320, 180}, {}}, 1000, 1000), 1);
}

}  // namespace
}  // namespace plaza::sfu
