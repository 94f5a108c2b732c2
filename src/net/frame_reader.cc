#include "net/frame_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace plaza::net {

bool FrameReader::Feed(base::ByteView bytes, base::PacketPool& pool, const OnFrame& on_frame) {
  while (!broken_ && !bytes.empty()) {
    if (missing_ == 0) {
      header_[header_size_++] = bytes.front();
      bytes = bytes.subspan(1);
      if (header_size_ < kFrameHeaderSize) continue;
      header_size_ = 0;
      missing_ = base::LoadU16(header_.data());
      broken_ = missing_ > base::kPacketCapacity;
      if (broken_ || missing_ == 0) continue;
      frame_ = pool.Acquire();
      if (frame_) frame_.Resize(0);
      continue;
    }
    const size_t taken = std::min(missing_, bytes.size());
    if (frame_) {
      const size_t had = frame_.size();
      std::memcpy(frame_.storage().data() + had, bytes.data(), taken);
      frame_.Resize(had + taken);
    }
    missing_ -= taken;
    bytes = bytes.subspan(taken);
    if (missing_ == 0 && frame_) on_frame(std::exchange(frame_, {}));
  }
  return !broken_;
}

}  // namespace plaza::net
