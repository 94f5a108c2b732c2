// What handlers do with a request, passed on to its connection.
#include "net/internal/http_exchange.h"

#include <utility>

#include "net/internal/http_connection.h"

namespace plaza::net {

Responder::Exchange::~Exchange() {
  if (const auto connection = Take())
    connection->Answer(HttpResponse::Failure(500, "the request was not answered"));
}

std::shared_ptr<HttpConnection> Responder::Exchange::Take() {
  if (std::exchange(answered_, true)) return nullptr;
  on_gone_ = nullptr;
  return std::exchange(connection_, {}).lock();
}

void Responder::Exchange::Abandon() {
  if (std::exchange(answered_, true)) return;
  connection_.reset();
  if (const auto callback = std::exchange(on_gone_, nullptr)) callback();
}

Responder::Responder(std::shared_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {}

void Responder::Send(HttpResponse response) {
  if (const auto connection = exchange_->Take()) connection->Answer(std::move(response));
}

void Responder::SendFile(const std::string& path, FileOptions options) {
  if (const auto connection = exchange_->Take()) connection->AnswerWithFile(path, options);
}

std::shared_ptr<ResponseStream> Responder::Stream(HttpResponse head, StreamOptions options) {
  if (const auto connection = exchange_->Take())
    return connection->AnswerWithStream(std::move(head), options);
  return MakeResponseStream(
      std::make_shared<ConnectionStream>(std::weak_ptr<HttpConnection>(), options));
}

void Responder::OnGone(std::function<void()> callback) {
  if (!exchange_->answered()) exchange_->OnGone(std::move(callback));
}

bool Responder::answered() const { return exchange_->answered(); }

bool ConnectionStream::Write(const std::shared_ptr<const std::string>& piece) {
  const auto connection = connection_.lock();
  if (!connection || finished_) return false;
  const size_t queued = connection->queued_bytes();
  if (piece->size() > options_.max_queued_bytes ||
      queued > options_.max_queued_bytes - piece->size()) {
    above_half_ = true;
    return false;
  }
  above_half_ |= queued + piece->size() > options_.max_queued_bytes / 2;
  return connection->WritePiece(piece);
}

void ConnectionStream::Finish() {
  if (std::exchange(finished_, true)) return;
  on_drain_ = on_close_ = nullptr;
  if (const auto connection = std::exchange(connection_, {}).lock()) connection->EndStream();
}

void ConnectionStream::Drop() {
  if (std::exchange(finished_, true)) return;
  on_drain_ = on_close_ = nullptr;
  if (const auto connection = std::exchange(connection_, {}).lock()) connection->Close();
}

size_t ConnectionStream::queued_bytes() const {
  const auto connection = connection_.lock();
  return connection ? connection->queued_bytes() : 0;
}

void ConnectionStream::Drained() {
  if (!std::exchange(above_half_, false)) return;
  if (const auto callback = on_drain_) callback();
}

void ConnectionStream::Closed() {
  connection_.reset();
  on_drain_ = nullptr;
  if (const auto callback = std::exchange(on_close_, nullptr)) callback();
}

namespace {

class StreamHandle final : public ResponseStream {
 public:
  explicit StreamHandle(std::shared_ptr<ConnectionStream> stream) : stream_(std::move(stream)) {}
  ~StreamHandle() override { stream_->Drop(); }

  bool Write(std::shared_ptr<const std::string> piece) override { return stream_->Write(piece); }
  void Finish() override { stream_->Finish(); }
  size_t queued_bytes() const override { return stream_->queued_bytes(); }
  void OnDrain(std::function<void()> callback) override { stream_->OnDrain(std::move(callback)); }
  void OnClose(std::function<void()> callback) override { stream_->OnClose(std::move(callback)); }

 private:
  const std::shared_ptr<ConnectionStream> stream_;
};

}  // namespace

std::shared_ptr<ResponseStream> MakeResponseStream(std::shared_ptr<ConnectionStream> stream) {
  return std::make_shared<StreamHandle>(std::move(stream));
}

}  // namespace plaza::net
