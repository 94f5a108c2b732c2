#include "store/open.h"

#include <filesystem>
#include <string_view>
#include <utility>

#include "store/postgres.h"
#include "store/sqlite.h"

namespace plaza::store {

base::Result<std::unique_ptr<Store>> OpenStore(const std::string& url, const std::string& folder,
                                               Executor executor) {
  constexpr std::string_view kSqlite = "sqlite:";
  if (url.starts_with(kSqlite))
    return OpenSqlite((std::filesystem::path(folder) / url.substr(kSqlite.size())).string(),
                      std::move(executor));
  if (url.starts_with("postgresql://") || url.starts_with("postgres://"))
    return OpenPostgres(url, std::move(executor));
  return base::InvalidArgument("store.url",
                               WithoutPassword(url) + " is neither sqlite:FILE nor postgresql://…");
}

}  // namespace plaza::store
