// One connection of an HTTP server: reads requests one after another, hands them out, writes the
// answers.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "net/http_server.h"
#include "net/internal/byte_stream.h"
#include "net/internal/file_body.h"
#include "net/internal/http_head.h"
#include "net/internal/http_output.h"
#include "net/internal/http_parser.h"
#include "net/internal/http_service.h"

namespace plaza::net {

class ConnectionStream;

/// Keeps itself alive until Close(), or until a WebSocket takes over.
class HttpConnection final : public HttpOutput::Owner,
                             public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(std::shared_ptr<HttpService> service, std::shared_ptr<ByteStream> stream,
                 const base::SocketAddress& remote, std::shared_ptr<void> place);
  ~HttpConnection() override;

  void Start();
  /// Closes now if it is idle, else after the answer in progress.
  void FinishSoon();
  void Close();

  // For the exchange whose turn it is.
  void Answer(HttpResponse response);
  void AnswerWithFile(const std::string& path, const FileOptions& options);
  std::shared_ptr<ResponseStream> AnswerWithStream(HttpResponse head, const StreamOptions& options);

  // For the stream that is the answer's body.
  bool WritePiece(const std::shared_ptr<const std::string>& piece);
  void EndStream();
  size_t queued_bytes() const { return output_.queued_bytes(); }

  void OnOutputDrained() override;
  void OnOutputBroken() override;
  std::shared_ptr<Owner> Self() override { return shared_from_this(); }

 private:
  enum class Phase {
    kHandshake,
    kIdle,    ///< no byte of the next request yet
    kHeader,  ///< a header has begun
    kBody,
    kHandling,   ///< the handler has the request
    kStreaming,  ///< the body comes piece by piece
    kWriting,    ///< the answer is complete and on its way
    kLingering,  ///< we have said the last word; reads off what the client still sends
    kClosed,
  };

  void BeginRequest();
  void ReadMore();
  void OnRead(const boost::system::error_code& error, size_t size);
  void Parse();
  /// Looks for the route; false if the request is answered or handed over already.
  bool OnHeader();
  bool CheckBody(const HttpRoute& route);
  void OnRequest();
  void OnTimeout();
  void Fail(int status, std::string_view message);
  void UpgradeToWebSocket(const WebSocketRoute& route);
  void HandOver(const ByteRoute& route);
  void QueueHead(const HttpResponse& response, BodyFraming framing, uint64_t length);
  void SetPhase(Phase phase, base::Duration limit);
  void FinishAnswer();
  void Linger();

  const std::shared_ptr<HttpService> service_;
  std::shared_ptr<ByteStream> stream_;
  const base::SocketAddress remote_;
  std::shared_ptr<void> place_;
  std::shared_ptr<HttpConnection> self_;

  Phase phase_ = Phase::kHandshake;
  Timer timer_;
  HttpOutput output_;
  std::string input_;  ///< read, not yet parsed
  std::array<uint8_t, 8192> read_buffer_;
  bool reading_ = false;
  bool begun_ = false;  ///< the first byte has come
  size_t lingered_bytes_ = 0;

  std::optional<RequestParser> parser_;
  const HttpRoute* route_ = nullptr;
  std::weak_ptr<Responder::Exchange> exchange_;
  HttpHeaders request_headers_;  ///< of the request being answered: conditions and ranges
  bool head_only_ = false;
  bool http_1_0_ = false;
  bool close_after_ = false;
  bool chunked_ = false;
  std::unique_ptr<FileBody> file_;
  std::shared_ptr<ConnectionStream> body_stream_;
};

}  // namespace plaza::net
