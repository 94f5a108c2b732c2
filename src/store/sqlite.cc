#include "store/sqlite.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "store/internal/errors.h"
#include "store/internal/migrations.h"
#include "store/internal/sqlite_rows.h"
#include "store/internal/worker.h"

namespace plaza::store {
namespace {

/// How long to wait for another process (a command beside the server) that is writing.
constexpr int kBusyTimeoutMs = 10'000;

class SqliteStore final : public Store {
 public:
  SqliteStore(std::unique_ptr<SQLite::Database> writer, std::unique_ptr<SQLite::Database> reader,
              const Executor& executor)
      : writer_(Worker::Kind::kWriter, std::move(writer), executor),
        reader_(Worker::Kind::kReader, std::move(reader), executor) {}

  AppRows& apps() override { return apps_; }
  SecretRows& secrets() override { return secrets_; }
  RoomRows& rooms() override { return rooms_; }
  KeyRows& keys() override { return keys_; }
  SettingRows& settings() override { return settings_; }

 private:
  Worker writer_;
  Worker reader_;
  SqliteApps apps_{writer_, reader_};
  SqliteSecrets secrets_{writer_, reader_};
  SqliteRooms rooms_{writer_, reader_};
  SqliteKeys keys_{writer_};
  SqliteSettings settings_{writer_, reader_};
};

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

std::unique_ptr<SQLite::Database> Connect(const std::string& path) {
  auto database = std::make_unique<SQLite::Database>(path, SQLite::OPEN_READWRITE, kBusyTimeoutMs);
  database->exec("PRAGMA foreign_keys = ON");
  // What was confirmed must last through a loss of power: the log is synced at every commit. Group
  // commit shares the cost.
  database->exec("PRAGMA synchronous = FULL");
  return database;
}

}  // namespace

base::Result<std::unique_ptr<Store>> OpenSqlite(const std::string& path, Executor executor) {
  if (auto made = MakePrivateFile(path); !made) return made.error();
  try {
    auto writer = Connect(path);
    if (auto migrated = Migrate(*writer); !migrated) {
      base::Error error = migrated.error();
      error.message = path + ": " + error.message;
      return error;
    }
    (void)writer->execAndGet("PRAGMA journal_mode = WAL");
    return std::unique_ptr<Store>(
        std::make_unique<SqliteStore>(std::move(writer), Connect(path), executor));
  } catch (const SQLite::Exception& e) {
    base::Error error = ErrorFrom(e);
    error.message = path + ": " + error.message;
    return error;
  }
}

}  // namespace plaza::store
