// The two handles that handlers hold: the responder's exchange and the streamed body.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "net/http_server.h"

namespace plaza::net {

class HttpConnection;

/// One request that waits for its answer.
class Responder::Exchange {
 public:
  explicit Exchange(std::weak_ptr<HttpConnection> connection)
      : connection_(std::move(connection)) {}
  ~Exchange();

  /// The connection if it still waits for this answer; only the first call gets it.
  std::shared_ptr<HttpConnection> Take();
  bool answered() const { return answered_; }
  void OnGone(std::function<void()> callback) { on_gone_ = std::move(callback); }
  /// The connection gives up waiting: answers are dropped from now on.
  void Abandon();

 private:
  std::weak_ptr<HttpConnection> connection_;
  bool answered_ = false;
  std::function<void()> on_gone_;
};

/// The state of a streamed body, shared by its handle and its connection.
class ConnectionStream {
 public:
  ConnectionStream(std::weak_ptr<HttpConnection> connection, const StreamOptions& options)
      : connection_(std::move(connection)), options_(options) {}

  bool Write(const std::shared_ptr<const std::string>& piece);
  void Finish();
  /// The handle is gone: without Finish() the body is cut off.
  void Drop();
  size_t queued_bytes() const;
  void OnDrain(std::function<void()> callback) { on_drain_ = std::move(callback); }
  void OnClose(std::function<void()> callback) { on_close_ = std::move(callback); }

  // For the connection.
  void Drained();
  void Closed();

 private:
  std::weak_ptr<HttpConnection> connection_;
  const StreamOptions options_;
  bool above_half_ = false;
  bool finished_ = false;
  std::function<void()> on_drain_;
  std::function<void()> on_close_;
};

/// The handle on a ConnectionStream.
std::shared_ptr<ResponseStream> MakeResponseStream(std::shared_ptr<ConnectionStream> stream);

}  // namespace plaza::net
