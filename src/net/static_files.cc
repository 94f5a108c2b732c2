// A folder as a route.
#include "net/static_files.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

namespace plaza::net {
namespace {

namespace fs = std::filesystem;

// No "..", no hidden names, nothing that a path means something else by.
bool IsPlain(std::string_view path) {
  if (path.find('\\') != std::string_view::npos || path.starts_with('/')) return false;
  while (!path.empty()) {
    const size_t slash = std::min(path.find('/'), path.size());
    if (path.starts_with('.')) return false;
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return true;
}

// The file that `path` means below `root`, which is canonical.
std::optional<std::string> Find(const fs::path& root, std::string_view path) {
  if (!IsPlain(path)) return std::nullopt;
  std::error_code error;
  fs::path file = fs::canonical(root / path, error);
  if (!error && fs::is_directory(file, error)) file = fs::canonical(file / "index.html", error);
  if (error) return std::nullopt;
  const auto [end, rest] = std::mismatch(root.begin(), root.end(), file.begin(), file.end());
  return end == root.end() ? std::optional(file.string()) : std::nullopt;
}

}  // namespace

HttpHandler StaticFiles(const std::string& root, const std::string& prefix,
                        StaticFileOptions options) {
  std::error_code error;
  const fs::path canonical = fs::canonical(root, error);
  const FileOptions file_options{"", options.cache_control, options.headers};
  return [canonical, prefix, file_options](HttpRequest request, Responder responder) {
    std::optional<std::string> file;
    if (!canonical.empty() && request.path.starts_with(prefix))
      file = Find(canonical, std::string_view(request.path).substr(prefix.size()));
    if (!file) return responder.Send(HttpResponse::Failure(404, "nothing is at this path"));
    responder.SendFile(*file, file_options);
  };
}

}  // namespace plaza::net
