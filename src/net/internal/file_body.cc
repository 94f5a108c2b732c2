// Files as responses (RFC 9110 sections 13 and 14).
#include "net/internal/file_body.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "net/internal/http_head.h"

namespace plaza::net {
namespace {

constexpr size_t kPieceBytes = 128 << 10;

bool ParseNumber(std::string_view text, uint64_t& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

std::string_view Trim(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

struct FileFacts {
  uint64_t size;
  std::string etag;
  base::WallTime modified;  ///< whole seconds, as dates of HTTP are
};

FileFacts FactsOf(const struct stat& status) {
  char etag[64];
  std::snprintf(etag, sizeof etag, "\"%llx-%llx\"",
                static_cast<unsigned long long>(status.st_mtim.tv_sec) * 1'000'000'000ull +
                    static_cast<unsigned long long>(status.st_mtim.tv_nsec),
                static_cast<unsigned long long>(status.st_size));
  return {static_cast<uint64_t>(status.st_size), etag,
          base::WallTime(std::chrono::seconds(status.st_mtim.tv_sec))};
}

bool NotModified(const HttpHeaders& request, const FileFacts& facts) {
  if (request.Has("If-None-Match")) return EtagMatches(request.Get("If-None-Match"), facts.etag);
  const auto since = ParseHttpDate(request.Get("If-Modified-Since"));
  return since && facts.modified <= *since;
}

// If-Range: a range of an older version would be glued to the wrong rest.
bool RangeStillHolds(const HttpHeaders& request, const FileFacts& facts) {
  const std::string_view condition = request.Get("If-Range");
  if (condition.empty() || condition == facts.etag) return true;
  const auto date = ParseHttpDate(condition);
  return date && facts.modified == *date;
}

}  // namespace

ByteRange ParseByteRange(std::string_view field, uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  if (!field.starts_with(kUnit)) return {};
  const std::string_view range = Trim(field.substr(kUnit.size()));
  const size_t dash = range.find('-');
  if (dash == std::string_view::npos || range.find(',') != std::string_view::npos) return {};
  const std::string_view from = range.substr(0, dash), to = range.substr(dash + 1);
  ByteRange result{ByteRange::Kind::kPart, 0, size - 1};
  uint64_t suffix = 0;
  if (from.empty()) {
    if (!ParseNumber(to, suffix)) return {};
    if (suffix == 0 || size == 0) return {ByteRange::Kind::kUnsatisfiable, 0, 0};
    result.first = size - std::min(suffix, size);
    return result;
  }
  if (!ParseNumber(from, result.first)) return {};
  if (!to.empty() && (!ParseNumber(to, result.last) || result.last < result.first)) return {};
  if (result.first >= size) return {ByteRange::Kind::kUnsatisfiable, 0, 0};
  result.last = std::min(result.last, size - 1);
  return result;
}

bool EtagMatches(std::string_view field, std::string_view etag) {
  if (Trim(field) == "*") return true;
  while (!field.empty()) {
    const size_t comma = std::min(field.find(','), field.size());
    std::string_view candidate = Trim(field.substr(0, comma));
    if (candidate.starts_with("W/")) candidate.remove_prefix(2);
    if (candidate == etag) return true;
    field.remove_prefix(std::min(comma + 1, field.size()));
  }
  return false;
}

std::string_view ContentTypeOf(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 28> kTypes = {{
      {".html", "text/html; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".ts", "text/plain; charset=utf-8"},
      {".json", "application/json"},
      {".map", "application/json"},
      {".txt", "text/plain; charset=utf-8"},
      {".md", "text/plain; charset=utf-8"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".jpeg", "image/jpeg"},
      {".webp", "image/webp"},
      {".gif", "image/gif"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".wasm", "application/wasm"},
      {".webmanifest", "application/manifest+json"},
      {".xml", "application/xml"},
      {".mp4", "video/mp4"},
      {".m4s", "video/iso.segment"},
      {".m3u8", "application/vnd.apple.mpegurl"},
      {".flv", "video/x-flv"},
      {".aac", "audio/aac"},
      {".mp3", "audio/mpeg"},
      {".wav", "audio/wav"},
      {".ogg", "audio/ogg"},
  }};
  for (const auto& [extension, type] : kTypes)
    if (name.ends_with(extension)) return type;
  return "application/octet-stream";
}

std::string FileBody::Next() {
  std::string piece(static_cast<size_t>(std::min<uint64_t>(left_, kPieceBytes)), '\0');
  const ssize_t count = pread(fd_.get(), piece.data(), piece.size(), static_cast<off_t>(offset_));
  piece.resize(count > 0 ? static_cast<size_t>(count) : 0);
  offset_ += piece.size();
  left_ -= piece.size();
  return piece;
}

FileAnswer AnswerWithFile(const HttpHeaders& request, const std::string& path,
                          const FileOptions& options) {
  // Non-blocking, so that a pipe in its place can't hang the loop.
  UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (!fd || fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode))
    return {HttpResponse::Failure(404, "no such file"), nullptr};
  const FileFacts facts = FactsOf(status);

  FileAnswer answer;
  HttpHeaders& headers = answer.head.headers = options.headers;
  headers.Set("ETag", facts.etag);
  headers.Set("Last-Modified", HttpDate(facts.modified));
  headers.Set("Cache-Control", options.cache_control.empty() ? "no-cache" : options.cache_control);
  headers.Set("Accept-Ranges", "bytes");
  if (NotModified(request, facts)) {
    answer.head.status = 304;
    return answer;
  }

  ByteRange range;
  if (RangeStillHolds(request, facts)) range = ParseByteRange(request.Get("Range"), facts.size);
  const std::string of_size = "/" + std::to_string(facts.size);
  if (range.kind == ByteRange::Kind::kUnsatisfiable) {
    answer.head = HttpResponse::Failure(416, "the range lies outside of the file", "Range");
    answer.head.headers.Set("Content-Range", "bytes *" + of_size);
    return answer;
  }
  headers.Set("Content-Type", options.content_type.empty() ? std::string(ContentTypeOf(path))
                                                           : options.content_type);
  uint64_t length = facts.size;
  if (range.kind == ByteRange::Kind::kPart) {
    answer.head.status = 206;
    length = range.last - range.first + 1;
    headers.Set("Content-Range", "bytes " + std::to_string(range.first) + "-" +
                                     std::to_string(range.last) + of_size);
  }
  answer.body = std::make_unique<FileBody>(std::move(fd), range.first, length);
  return answer;
}

}  // namespace plaza::net
