#include <unordered_map>

#include "store/internal/repositories.h"

namespace plaza::store {
namespace {

constexpr int64_t kFirstAppId = 1'400'000'000;
constexpr int64_t kLastAppId = 4'294'967'295;

base::Status WriteSettings(Database& database, uint32_t app,
                           const std::map<std::string, std::string>& settings) {
  for (const auto& [key, value] : settings)
    if (auto written = database.Run("INSERT INTO app_settings VALUES ($1, $2, $3) "
                                    "ON CONFLICT (app, key) DO UPDATE SET value = excluded.value",
                                    {int64_t{app}, key, value});
        !written)
      return written;
  return database.Run("UPDATE counters SET value = value + 1 WHERE name = 'apps_version'");
}

base::Result<uint32_t> NextId(Database& database) {
  const auto largest = database.Execute("SELECT coalesce(max(id), 0) FROM apps");
  if (!largest) return largest.error();
  const int64_t next = std::max(kFirstAppId, largest->front().Int(0) + 1);
  if (next > kLastAppId)
    return base::Error{base::ErrorKind::kResourceExhausted, "no app number is left", "id", 0};
  return static_cast<uint32_t>(next);
}

base::Result<AppRow> Insert(Database& database, AppRow row) {
  if (row.id == 0) {
    const auto next = NextId(database);
    if (!next) return next.error();
    row.id = *next;
  }
  if (auto inserted = database.Run(
          "INSERT INTO apps VALUES ($1, $2, $3, $4, $5, $6)",
          {int64_t{row.id}, row.name, row.secret_key, row.app_id, row.app_key, row.created_ms});
      !inserted)
    return inserted.error();
  if (auto written = WriteSettings(database, row.id, row.settings); !written)
    return written.error();
  return row;
}

base::Result<std::vector<AppRow>> Select(Database& database) {
  const auto apps = database.Execute(
      "SELECT id, name, secret_key, app_id, app_key, created_ms FROM apps ORDER BY id");
  if (!apps) return apps.error();
  const auto settings = database.Execute("SELECT app, key, value FROM app_settings");
  if (!settings) return settings.error();
  std::vector<AppRow> rows;
  rows.reserve(apps->size());
  std::unordered_map<int64_t, size_t> index;
  for (const Row& app : *apps) {
    index[app.Int(0)] = rows.size();
    rows.push_back({static_cast<uint32_t>(app.Int(0)),
                    app.Text(1),
                    app.Text(2),
                    app.Text(3),
                    app.Text(4),
                    app.Int(5),
                    {}});
  }
  for (const Row& setting : *settings)
    rows[index.at(setting.Int(0))].settings[setting.Text(1)] = setting.Text(2);
  return rows;
}

base::Result<uint64_t> SelectVersion(Database& database) {
  const auto version = database.Execute("SELECT value FROM counters WHERE name = 'apps_version'");
  if (!version) return version.error();
  return static_cast<uint64_t>(version->front().Int(0));
}

}  // namespace

void SqlApps::Create(AppRow row, Done<AppRow> done) {
  writer_.Submit<AppRow>(
      [row = std::move(row)](Database& database) { return Insert(database, row); },
      std::move(done));
}

void SqlApps::List(Done<std::vector<AppRow>> done) {
  reader_.Submit<std::vector<AppRow>>(Select, std::move(done));
}

void SqlApps::Set(uint32_t id, std::map<std::string, std::string> settings, Done<void> done) {
  writer_.Submit<void>([id, settings = std::move(settings)](
                           Database& database) { return WriteSettings(database, id, settings); },
                       std::move(done));
}

void SqlApps::Version(Done<uint64_t> done) {
  reader_.Submit<uint64_t>(SelectVersion, std::move(done));
}

}  // namespace plaza::store
