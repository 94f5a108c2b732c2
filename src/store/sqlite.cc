#include "store/sqlite.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "store/internal/migrations.h"
#include "store/internal/sql_store.h"
#include "store/internal/sqlite_database.h"

namespace plaza::store {
namespace {

/// The file holds keys: made before SQLite does, for its owner's eyes alone. Its side files follow
/// its mode.
base::Status MakePrivateFile(const std::string& path) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0)
    return base::Error{base::ErrorKind::kUnavailable,
                       "can't open " + path + ": " + std::strerror(errno), "", 0};
  close(file);
  return {};
}

base::Error About(const std::string& path, base::Error error) {
  error.message = path + ": " + error.message;
  return error;
}

}  // namespace

base::Result<std::unique_ptr<Store>> OpenSqlite(const std::string& path, Executor executor) {
  if (auto made = MakePrivateFile(path); !made) return made.error();
  auto writer = ConnectSqlite(path);
  if (!writer) return About(path, std::move(writer).error());
  if (auto migrated = MigrateSqlite(**writer); !migrated) return About(path, migrated.error());
  if (auto mode = (*writer)->Run("PRAGMA journal_mode = WAL"); !mode)
    return About(path, mode.error());
  auto reader = ConnectSqlite(path);
  if (!reader) return About(path, std::move(reader).error());
  return std::unique_ptr<Store>(
      std::make_unique<SqlStore>(std::move(*writer), std::move(*reader), executor));
}

}  // namespace plaza::store
