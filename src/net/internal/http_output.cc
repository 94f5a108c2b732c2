// Writes queued pieces, several at a time.
#include "net/internal/http_output.h"

#include <array>
#include <boost/system/error_code.hpp>

namespace plaza::net {

HttpOutput::HttpOutput(EventLoop& loop, ByteStream& stream, Owner& owner,
                       base::Duration stall_limit)
    : loop_(loop), stream_(stream), owner_(owner), stall_limit_(stall_limit), stall_(loop, [this] {
        owner_.OnOutputBroken();
      }) {}

void HttpOutput::Queue(std::shared_ptr<const std::string> piece) {
  if (piece->empty()) return;
  queued_bytes_ += piece->size();
  pieces_.push_back(std::move(piece));
}

void HttpOutput::Start() {
  if (!writing_ && !pieces_.empty()) WriteNext();
}

void HttpOutput::WriteNext() {
  std::array<base::ByteView, ByteStream::kMaxPieces> views;
  size_t count = 0;
  for (; count < views.size() && count < pieces_.size(); ++count)
    views[count] = base::AsBytes(*pieces_[count]);
  views[0] = views[0].subspan(front_written_);
  writing_ = true;
  stall_.Set(loop_.Now() + stall_limit_);
  stream_.WriteSome(
      {views.data(), count},
      [this, self = owner_.Self()](const boost::system::error_code& error, size_t size) {
        writing_ = false;
        stall_.Cancel();
        if (error) return owner_.OnOutputBroken();
        OnWritten(size);
      });
}

void HttpOutput::OnWritten(size_t size) {
  queued_bytes_ -= size;
  size += front_written_;
  while (!pieces_.empty() && size >= pieces_.front()->size()) {
    size -= pieces_.front()->size();
    pieces_.pop_front();
  }
  front_written_ = size;
  if (!pieces_.empty()) return WriteNext();
  owner_.OnOutputDrained();
}

}  // namespace plaza::net
