// A file as an HTTP response: conditions, ranges, and its bytes piece by piece.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "net/http_server.h"
#include "net/http_types.h"
#include "net/internal/unique_fd.h"

namespace plaza::net {

/// First and last byte of what "bytes=…" asks of a file of `size` bytes.
struct ByteRange {
  enum class Kind {
    kWhole,  ///< not a range that we know, or several: the whole file is sent
    kPart,
    kUnsatisfiable,
  };
  Kind kind = Kind::kWhole;
  uint64_t first = 0;
  uint64_t last = 0;
};
ByteRange ParseByteRange(std::string_view field, uint64_t size);

/// True if the If-None-Match `field` names `etag` or is "*" (weak comparison).
bool EtagMatches(std::string_view field, std::string_view etag);

/// By the name's extension; "application/octet-stream" for others.
std::string_view ContentTypeOf(std::string_view name);

/// The part of a file that is still to be sent.
class FileBody {
 public:
  FileBody(UniqueFd fd, uint64_t offset, uint64_t length)
      : fd_(std::move(fd)), offset_(offset), left_(length) {}
  bool AtEnd() const { return left_ == 0; }
  uint64_t left() const { return left_; }
  /// The next piece; empty if the file has become shorter or can't be read.
  std::string Next();

 private:
  UniqueFd fd_;
  uint64_t offset_;
  uint64_t left_;
};

struct FileAnswer {
  HttpResponse head;               ///< with its body, where the file's isn't sent (404, 416)
  std::unique_ptr<FileBody> body;  ///< null for 304, 404 and 416
};

/// What answers `request` (its fields and method) with the file at `path`.
FileAnswer AnswerWithFile(const HttpHeaders& request, const std::string& path,
                          const FileOptions& options);

}  // namespace plaza::net
