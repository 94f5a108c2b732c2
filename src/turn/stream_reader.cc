#include "turn/stream_reader.h"

#include <algorithm>

#include "ice/stun_message.h"
#include "turn/message.h"

namespace plaza::turn {
namespace {

constexpr size_t kHeadSize = 4;  // enough of either kind to know its length

struct Extent {
  size_t size = 0;     ///< 0: no message
  size_t padding = 0;  ///< behind it
};

Extent ExtentOf(base::ByteView head) {
  const size_t length = base::LoadU16(head.data() + 2);
  Extent extent;
  if (head[0] < 4 && length % 4 == 0) {
    extent.size = ice::kStunHeaderSize + length;
  } else if (head[0] >= 0x40 && head[0] <= 0x4f) {
    extent.size = kChannelHeaderSize + length;
    extent.padding = (4 - length % 4) % 4;
  }
  if (extent.size > kMaxMessageSize) extent.size = 0;
  return extent;
}

}  // namespace

bool StreamReader::Feed(base::ByteView bytes, const OnMessage& on_message) {
  const auto take = [&](size_t wanted) {
    const size_t taken = std::min(wanted - begun_.size(), bytes.size());
    begun_.insert(begun_.end(), bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(taken));
    bytes = bytes.subspan(taken);
    return begun_.size() == wanted;
  };
  while (!broken_ && !(bytes.empty() && begun_.empty())) {
    if (begun_.size() < kHeadSize && !take(kHeadSize)) return true;
    const Extent extent = ExtentOf(begun_);
    if (extent.size == 0) {
      broken_ = true;
      begun_.clear();
    } else {
      if (!take(extent.size + extent.padding)) return true;
      on_message(base::ByteView(begun_).first(extent.size));
      begun_.clear();
    }
  }
  return !broken_;
}

}  // namespace plaza::turn
