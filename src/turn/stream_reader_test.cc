// TURN messages in a stream, however it is cut.
#include "turn/stream_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "ice/stun_writer.h"
#include "turn/message.h"

namespace plaza::turn {
namespace {

std::string Stun(size_t data_size) {
  base::Bytes bytes(2000);
  ice::StunWriter writer(bytes, ice::StunClass::kIndication, {}, kSend);
  writer.Attribute(ice::StunAttribute::kData, base::Bytes(data_size));
  return std::string(base::AsText(base::ByteView(bytes).first(writer.Finish(""))));
}

std::string Channel(const std::string& data) {
  return std::string("\x40\x01\0", 3) + static_cast<char>(data.size()) + data;
}

std::string Padded(std::string message) {
  message.resize((message.size() + 3) & ~size_t{3});
  return message;
}

class StreamReaderTest : public ::testing::Test {
 protected:
  bool Feed(std::string_view bytes) {
    return reader_.Feed(base::AsBytes(bytes), [this](base::ByteView message) {
      messages_.emplace_back(base::AsText(message));
    });
  }

  StreamReader reader_;
  std::vector<std::string> messages_;
};

TEST_F(StreamReaderTest, GivesTheSameMessagesHoweverTheBytesAreCut) {
  const std::vector<std::string> sent = {Stun(0), Channel("abcde"), Channel("abcd"), Stun(1400),
                                         Channel("")};
  std::string stream;
  for (const std::string& message : sent) stream += Padded(message);
  for (size_t step : {size_t{1}, size_t{3}, size_t{5}, size_t{100}, stream.size()}) {
    messages_.clear();
    for (size_t at = 0; at < stream.size(); at += step)
      ASSERT_TRUE(Feed(std::string_view(stream).substr(at, step)));
    EXPECT_EQ(messages_, sent) << step;
  }
}

TEST_F(StreamReaderTest, IsBrokenForGoodByWhatIsNeither) {
  EXPECT_FALSE(Feed(Padded(Channel("x")) + "GET / HTTP/1.1\r\n" + Padded(Channel("y"))));
  EXPECT_FALSE(Feed(Padded(Channel("y"))));
  EXPECT_EQ(messages_.size(), 1u);
}

TEST_F(StreamReaderTest, IsBrokenByAMessageThatIsTooLongOrOdd) {
  EXPECT_FALSE(Feed(std::string_view("\x40\x01\xff\xff", 4)));
  StreamReader odd;
  EXPECT_FALSE(odd.Feed(base::AsBytes(std::string_view("\0\x03\0\x05", 4)), [](auto) {}));
}

}  // namespace
}  // namespace plaza::turn
