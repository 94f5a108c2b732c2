#include "net/internal/byte_connection.h"

#include <array>
#include <boost/system/error_code.hpp>
#include <utility>

namespace plaza::net {
namespace {

using boost::system::error_code;

constexpr size_t kReadSize = 16 << 10;  // one TLS record

class ByteConnection final : public Connection,
                             public std::enable_shared_from_this<ByteConnection> {
 public:
  explicit ByteConnection(ByteConnectionSetup setup)
      : setup_(std::move(setup)), stall_(setup_.loop, [this] { Close(); }) {}

  void Start(const std::string& begin) { Deliver(base::AsBytes(begin)); }

  bool Write(base::ByteView bytes) override {
    if (closing_ || queued_bytes() + bytes.size() > setup_.max_queued_bytes) return false;
    waiting_.insert(waiting_.end(), bytes.begin(), bytes.end());
    if (written_ == leaving_.size()) WriteNext();
    return true;
  }

  void Close() override {
    if (std::exchange(closing_, true)) return;
    stall_.Cancel();
    setup_.stream->Close();
  }

  void OnData(std::function<void(base::ByteView)> callback) override {
    on_data_ = std::make_shared<const std::function<void(base::ByteView)>>(std::move(callback));
  }
  void OnClose(std::function<void()> callback) override { on_close_ = std::move(callback); }

  size_t queued_bytes() const override { return waiting_.size() + leaving_.size() - written_; }
  const base::SocketAddress& remote() const override { return setup_.remote; }

 private:
  void Read() {
    setup_.stream->ReadSome(buffer_,
                            [self = shared_from_this()](const error_code& error, size_t size) {
                              if (error) self->Close();
                              self->Deliver(base::ByteView(self->buffer_).first(size));
                            });
  }

  // A read is under way whenever nothing is being delivered: that is how the end is noticed.
  void Deliver(base::ByteView bytes) {
    if (!closing_ && !bytes.empty()) {
      const auto callback = on_data_;
      if (callback && *callback) (*callback)(bytes);
    }
    if (!closing_) return Read();
    on_data_.reset();
    if (const auto callback = std::exchange(on_close_, nullptr)) callback();
    setup_.keep.reset();
  }

  void WriteNext() {
    leaving_.swap(waiting_);
    waiting_.clear();
    written_ = 0;
    WriteRest();
  }

  void WriteRest() {
    stall_.Set(setup_.loop.Now() + setup_.write_timeout);
    const base::ByteView rest = base::ByteView(leaving_).subspan(written_);
    setup_.stream->WriteSome({&rest, 1},
                             [self = shared_from_this()](const error_code& error, size_t size) {
                               if (error) return self->Close();
                               self->OnWritten(size);
                             });
  }

  void OnWritten(size_t size) {
    if (closing_) return;
    written_ += size;
    stall_.Cancel();
    if (written_ < leaving_.size()) return WriteRest();
    if (!waiting_.empty()) WriteNext();
  }

  ByteConnectionSetup setup_;
  Timer stall_;
  std::shared_ptr<const std::function<void(base::ByteView)>> on_data_;
  std::function<void()> on_close_;
  std::array<uint8_t, kReadSize> buffer_;
  base::Bytes waiting_;
  base::Bytes leaving_;  ///< in the write under way, once written_ is less than its size
  size_t written_ = 0;
  bool closing_ = false;
};

}  // namespace

void OpenByteConnection(ByteConnectionSetup setup, std::string begin,
                        const std::function<void(std::shared_ptr<Connection>)>& on_open) {
  const auto connection = std::make_shared<ByteConnection>(std::move(setup));
  on_open(connection);
  connection->Start(begin);
}

}  // namespace plaza::net
