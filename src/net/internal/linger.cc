// Closing a connection without losing what was written last.
#include "net/internal/linger.h"

#include <array>
#include <boost/system/error_code.hpp>

namespace plaza::net {
namespace {

constexpr base::Duration kLingerTime = std::chrono::seconds(2);
constexpr size_t kMaxLingerBytes = 4 << 20;

class Lingering : public std::enable_shared_from_this<Lingering> {
 public:
  Lingering(EventLoop& loop, std::shared_ptr<ByteStream> stream, std::shared_ptr<void> keep)
      : stream_(std::move(stream)),
        keep_(std::move(keep)),
        timer_(loop, [this] { stream_->Close(); }) {
    timer_.Set(loop.Now() + kLingerTime);
  }

  void Read() {
    stream_->ReadSome(discarded_, [self = shared_from_this()](
                                      const boost::system::error_code& error, size_t size) {
      self->total_ += size;
      if (error || self->total_ > kMaxLingerBytes) return self->stream_->Close();
      self->Read();
    });
  }

 private:
  const std::shared_ptr<ByteStream> stream_;
  const std::shared_ptr<void> keep_;
  Timer timer_;
  size_t total_ = 0;
  std::array<uint8_t, 4096> discarded_;
};

}  // namespace

void LingerClose(EventLoop& loop, std::shared_ptr<ByteStream> stream, std::shared_ptr<void> keep) {
  stream->ShutdownWrite();
  std::make_shared<Lingering>(loop, std::move(stream), std::move(keep))->Read();
}

}  // namespace plaza::net
