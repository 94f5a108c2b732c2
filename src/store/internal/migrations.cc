#include "store/internal/migrations.h"

#include <string>

#include "store/internal/postgres_steps.h"
#include "store/internal/sqlite_steps.h"

namespace plaza::store {
namespace {

using Steps = std::span<const char* const>;

base::Error Refuse(std::string message) {
  return {base::ErrorKind::kFailedPrecondition, std::move(message), "", 0};
}

/// Inside a transaction, with the table of versions there.
base::Status ApplySteps(Database& database, Steps steps) {
  const auto newest = static_cast<int64_t>(steps.size());
  const auto found = database.Execute("SELECT coalesce(max(version), 0) FROM schema_versions");
  if (!found) return found.error();
  const int64_t version = found->front().Int(0);
  if (version > newest)
    return Refuse("the database was written by a newer Plaza (tables of version " +
                  std::to_string(version) + ", this one knows " + std::to_string(newest) + ")");
  for (int64_t next = version; next < newest; ++next) {
    if (auto made = database.Script(steps[static_cast<size_t>(next)]); !made) return made;
    if (auto noted =
            database.Run("INSERT INTO schema_versions VALUES ($1, CURRENT_TIMESTAMP)", {next + 1});
        !noted)
      return noted;
  }
  return {};
}

/// A file of ours, or an empty one, which becomes ours.
base::Status PrepareSqlite(Database& database) {
  const auto tables = database.Execute("SELECT count(*) FROM sqlite_schema");
  if (!tables) return tables.error();
  const auto application = database.Execute("PRAGMA application_id");
  if (!application) return application.error();
  if (tables->front().Int(0) != 0) {
    if (application->front().Int(0) == kSqliteApplicationId) return {};
    return Refuse("the file is not a Plaza database");
  }
  return database.Script(
      "PRAGMA application_id = " + std::to_string(kSqliteApplicationId) +
      "; CREATE TABLE schema_versions (version INTEGER PRIMARY KEY, applied_at TEXT NOT NULL) "
      "STRICT");
}

base::Status PreparePostgres(Database& database) {
  // Not IF NOT EXISTS, which needs the right to make one also where it exists.
  const auto schema = database.Execute("SELECT 1 FROM pg_namespace WHERE nspname = 'plaza'");
  if (!schema) return schema.error();
  if (schema->empty())
    if (auto made = database.Run("CREATE SCHEMA plaza"); !made) return made;
  return database.Script(
      "CREATE TABLE IF NOT EXISTS schema_versions (version BIGINT PRIMARY KEY, "
      "applied_at TIMESTAMPTZ NOT NULL)");
}

base::Status Migrate(Database& database, base::Status (*prepare)(Database&), Steps steps) {
  if (auto begun = database.Begin(Access::kWrite); !begun) return begun;
  base::Status done = prepare(database);
  if (done) done = ApplySteps(database, steps);
  if (done) return database.Run("COMMIT");
  (void)database.Run("ROLLBACK");  // the first error is the one to tell
  return done;
}

}  // namespace

base::Status MigrateSqlite(Database& database) {
  return Migrate(database, PrepareSqlite, kSqliteSteps);
}

base::Status MigratePostgres(Database& database) {
  return Migrate(database, PreparePostgres, kPostgresSteps);
}

}  // namespace plaza::store
