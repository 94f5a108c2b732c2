#include "store/internal/migrations.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <iterator>
#include <string>

namespace plaza::store {
namespace {

/// The step at index i makes version i + 1. Add to the end; never edit one that was released.
constexpr const char* kSteps[] = {
    R"sql(
CREATE TABLE apps (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  secret_key TEXT NOT NULL,
  app_id TEXT NOT NULL UNIQUE,
  app_key TEXT NOT NULL,
  created_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE app_settings (
  app INTEGER NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (app, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE secrets (
  secret_id TEXT PRIMARY KEY,
  secret_key TEXT NOT NULL,
  app INTEGER REFERENCES apps (id) ON DELETE CASCADE,
  created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE rooms (
  app INTEGER NOT NULL,
  room TEXT NOT NULL,
  scene TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  opened_ms INTEGER NOT NULL,
  PRIMARY KEY (app, room)
) STRICT, WITHOUT ROWID;
CREATE TABLE server_keys (
  name TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE counters (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO counters (name, value) VALUES ('apps_version', 1), ('room_epoch', 0);
)sql",
};
constexpr int kNewest = static_cast<int>(std::size(kSteps));

base::Error Refuse(std::string message) {
  return {base::ErrorKind::kFailedPrecondition, std::move(message), "", 0};
}

}  // namespace

base::Status Migrate(SQLite::Database& database) {
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  const bool empty = database.execAndGet("SELECT count(*) FROM sqlite_schema").getInt() == 0;
  if (!empty && database.execAndGet("PRAGMA application_id").getInt() != kSqliteApplicationId)
    return Refuse("the file is not a Plaza database");
  if (empty) {
    database.exec("PRAGMA application_id = " + std::to_string(kSqliteApplicationId));
    database.exec(
        "CREATE TABLE schema_versions (version INTEGER PRIMARY KEY, applied_at TEXT NOT NULL) "
        "STRICT");
  }
  const int version =
      database.execAndGet("SELECT coalesce(max(version), 0) FROM schema_versions").getInt();
  if (version > kNewest)
    return Refuse("the database was written by a newer Plaza (tables of version " +
                  std::to_string(version) + ", this one knows " + std::to_string(kNewest) + ")");
  for (int next = version; next < kNewest; ++next) {
    database.exec(kSteps[next]);
    SQLite::Statement applied(
        database, "INSERT INTO schema_versions VALUES (?, strftime('%Y-%m-%dT%H:%M:%SZ'))");
    applied.bind(1, next + 1);
    applied.exec();
  }
  if (version < kNewest) transaction.commit();
  return {};
}

}  // namespace plaza::store
