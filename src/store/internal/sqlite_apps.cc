#include <SQLiteCpp/SQLiteCpp.h>

#include <unordered_map>

#include "store/internal/sqlite_rows.h"

namespace plaza::store {
namespace {

constexpr int64_t kFirstAppId = 1'400'000'000;
constexpr int64_t kLastAppId = 4'294'967'295;

void WriteSettings(SQLite::Database& database, uint32_t app,
                   const std::map<std::string, std::string>& settings) {
  SQLite::Statement insert(database, "INSERT OR REPLACE INTO app_settings VALUES (?, ?, ?)");
  for (const auto& [key, value] : settings) {
    insert.bind(1, app);
    insert.bind(2, key);
    insert.bind(3, value);
    insert.exec();
    insert.reset();
  }
}

void Changed(SQLite::Database& database) {
  database.exec("UPDATE counters SET value = value + 1 WHERE name = 'apps_version'");
}

base::Result<AppRow> Insert(SQLite::Database& database, AppRow row) {
  if (row.id == 0) {
    SQLite::Statement largest(database, "SELECT max(?, coalesce(max(id), 0) + 1) FROM apps");
    largest.bind(1, kFirstAppId);
    largest.executeStep();
    const int64_t next = largest.getColumn(0).getInt64();
    if (next > kLastAppId)
      return base::Error{base::ErrorKind::kResourceExhausted, "no app number is left", "id", 0};
    row.id = static_cast<uint32_t>(next);
  }
  SQLite::Statement insert(database, "INSERT INTO apps VALUES (?, ?, ?, ?, ?, ?)");
  insert.bind(1, row.id);
  insert.bind(2, row.name);
  insert.bind(3, row.secret_key);
  insert.bind(4, row.app_id);
  insert.bind(5, row.app_key);
  insert.bind(6, row.created_ms);
  insert.exec();
  WriteSettings(database, row.id, row.settings);
  Changed(database);
  return row;
}

std::vector<AppRow> Select(SQLite::Database& database) {
  std::vector<AppRow> rows;
  std::unordered_map<uint32_t, size_t> index;
  SQLite::Statement apps(
      database, "SELECT id, name, secret_key, app_id, app_key, created_ms FROM apps ORDER BY id");
  while (apps.executeStep()) {
    AppRow row;
    row.id = apps.getColumn(0).getUInt();
    row.name = apps.getColumn(1).getString();
    row.secret_key = apps.getColumn(2).getString();
    row.app_id = apps.getColumn(3).getString();
    row.app_key = apps.getColumn(4).getString();
    row.created_ms = apps.getColumn(5).getInt64();
    index[row.id] = rows.size();
    rows.push_back(std::move(row));
  }
  SQLite::Statement settings(database, "SELECT app, key, value FROM app_settings");
  while (settings.executeStep())
    rows[index.at(settings.getColumn(0).getUInt())].settings[settings.getColumn(1).getString()] =
        settings.getColumn(2).getString();
  return rows;
}

}  // namespace

void SqliteApps::Create(AppRow row, Done<AppRow> done) {
  writer_.Submit<AppRow>([row = std::move(row)](auto& database) { return Insert(database, row); },
                         std::move(done));
}

void SqliteApps::List(Done<std::vector<AppRow>> done) {
  reader_.Submit<std::vector<AppRow>>(Select, std::move(done));
}

void SqliteApps::Set(uint32_t id, std::map<std::string, std::string> settings, Done<void> done) {
  writer_.Submit<void>(
      [id, settings = std::move(settings)](SQLite::Database& database) -> base::Status {
        WriteSettings(database, id, settings);
        Changed(database);
        return {};
      },
      std::move(done));
}

void SqliteApps::Version(Done<uint64_t> done) {
  reader_.Submit<uint64_t>(
      [](SQLite::Database& database) -> base::Result<uint64_t> {
        return static_cast<uint64_t>(
            database.execAndGet("SELECT value FROM counters WHERE name = 'apps_version'")
                .getInt64());
      },
      std::move(done));
}

}  // namespace plaza::store
