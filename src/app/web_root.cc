#include "app/web_root.h"

#include <filesystem>

namespace plaza::app {

WebRoot FindWebRoot() {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();
  const fs::path installed = folder / ".." / "share" / "plaza" / "web";
  if (fs::is_directory(installed, error))
    return {(installed / "sdk").string(), (installed / "demo").string()};
  const fs::path checkout = folder / ".." / ".." / ".." / "web";  // from build/<preset>/bin
  return {(checkout / "sdk" / "dist").string(), (checkout / "demo" / "dist").string()};
}

}  // namespace plaza::app
