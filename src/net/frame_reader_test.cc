// Frames of RFC 4571, however the bytes are cut.
#include "net/frame_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace plaza::net {
namespace {

std::string Frame(const std::string& content) {
  const auto size = content.size();
  return std::string{static_cast<char>(size >> 8), static_cast<char>(size & 0xff)} + content;
}

class FrameReaderTest : public ::testing::Test {
 protected:
  bool Feed(std::string_view bytes) {
    return reader_.Feed(base::AsBytes(bytes), pool_, [this](base::PacketBuffer frame) {
      frames_.emplace_back(base::AsText(frame.view()));
      if (keep_) kept_.push_back(std::move(frame));
    });
  }

  base::PacketPool pool_{2};
  FrameReader reader_;
  std::vector<std::string> frames_;
  std::vector<base::PacketBuffer> kept_;
  bool keep_ = false;
};

TEST_F(FrameReaderTest, GivesTheSameFramesHoweverTheBytesAreCut) {
  const std::vector<std::string> sent = {"a", std::string(300, 'b'),
                                         std::string(base::kPacketCapacity, 'c')};
  std::string stream;
  for (const std::string& content : sent) stream += Frame(content);
  for (size_t step : {size_t{1}, size_t{2}, size_t{7}, size_t{299}, stream.size()}) {
    frames_.clear();
    for (size_t at = 0; at < stream.size(); at += step)
      ASSERT_TRUE(Feed(std::string_view(stream).substr(at, step)));
    EXPECT_EQ(frames_, sent) << step;
  }
}

TEST_F(FrameReaderTest, SkipsFramesWithoutContent) {
  EXPECT_TRUE(Feed(Frame("") + Frame("x") + Frame("")));
  EXPECT_EQ(frames_, std::vector<std::string>{"x"});
}

TEST_F(FrameReaderTest, IsBrokenForGoodByAFrameThatIsTooLong) {
  EXPECT_FALSE(Feed(Frame("x") + Frame(std::string(base::kPacketCapacity + 1, 'y')) + Frame("z")));
  EXPECT_FALSE(Feed(Frame("z")));
  EXPECT_EQ(frames_, std::vector<std::string>{"x"});
}

TEST_F(FrameReaderTest, StaysInStepWhenThePoolIsExhausted) {
  keep_ = true;
  EXPECT_TRUE(Feed(Frame("1") + Frame("2") + Frame("3")));
  EXPECT_EQ(frames_, (std::vector<std::string>{"1", "2"}));
  kept_.clear();
  EXPECT_TRUE(Feed(Frame("4")));
  EXPECT_EQ(frames_.back(), "4");
}

}  // namespace
}  // namespace plaza::net
