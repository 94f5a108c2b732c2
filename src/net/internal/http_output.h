// The outgoing bytes of one HTTP connection: a queue of pieces and the watch over a client that
// takes none.
#pragma once

#include <deque>
#include <memory>
#include <string>

#include "base/time.h"
#include "net/event_loop.h"
#include "net/internal/byte_stream.h"

namespace plaza::net {

class HttpOutput {
 public:
  /// Whose connection it is; kept alive by the write in progress.
  class Owner {
   public:
    virtual ~Owner() = default;
    /// All is written. Never from within Start().
    virtual void OnOutputDrained() = 0;
    /// The connection broke, or took nothing for too long.
    virtual void OnOutputBroken() = 0;
    virtual std::shared_ptr<Owner> Self() = 0;
  };

  HttpOutput(EventLoop& loop, ByteStream& stream, Owner& owner, base::Duration stall_limit);

  /// Queues one piece; nothing is written before Start(), so that what belongs together leaves
  /// together.
  void Queue(std::shared_ptr<const std::string> piece);
  void Queue(std::string piece) { Queue(std::make_shared<const std::string>(std::move(piece))); }
  void Start();
  size_t queued_bytes() const { return queued_bytes_; }

 private:
  void WriteNext();
  void OnWritten(size_t size);

  EventLoop& loop_;
  ByteStream& stream_;
  Owner& owner_;
  const base::Duration stall_limit_;
  Timer stall_;
  std::deque<std::shared_ptr<const std::string>> pieces_;
  size_t front_written_ = 0;
  size_t queued_bytes_ = 0;
  bool writing_ = false;
};

}  // namespace plaza::net
