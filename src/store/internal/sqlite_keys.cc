#include <SQLiteCpp/SQLiteCpp.h>

#include "store/internal/sqlite_rows.h"

namespace plaza::store {

void SqliteSecrets::Create(SecretRow row, Done<void> done) {
  writer_.Submit<void>(
      [row = std::move(row)](SQLite::Database& database) -> base::Status {
        SQLite::Statement insert(database, "INSERT INTO secrets VALUES (?, ?, ?, ?)");
        insert.bind(1, row.secret_id);
        insert.bind(2, row.secret_key);
        row.app ? insert.bind(3, *row.app) : insert.bind(3);
        insert.bind(4, row.created_ms);
        insert.exec();
        return {};
      },
      std::move(done));
}

void SqliteSecrets::List(Done<std::vector<SecretRow>> done) {
  reader_.Submit<std::vector<SecretRow>>(
      [](SQLite::Database& database) -> base::Result<std::vector<SecretRow>> {
        std::vector<SecretRow> rows;
        SQLite::Statement secrets(database,
                                  "SELECT secret_id, secret_key, app, created_ms FROM secrets "
                                  "ORDER BY created_ms, secret_id");
        while (secrets.executeStep()) {
          SecretRow row{secrets.getColumn(0).getString(),
                        secrets.getColumn(1).getString(),
                        {},
                        secrets.getColumn(3).getInt64()};
          if (!secrets.isColumnNull(2)) row.app = secrets.getColumn(2).getUInt();
          rows.push_back(std::move(row));
        }
        return rows;
      },
      std::move(done));
}

void SqliteKeys::GetOrCreate(std::string name, base::Bytes proposal, Done<base::Bytes> done) {
  writer_.Submit<base::Bytes>(
      [name = std::move(name),
       proposal = std::move(proposal)](SQLite::Database& database) -> base::Result<base::Bytes> {
        SQLite::Statement insert(database, "INSERT OR IGNORE INTO server_keys VALUES (?, ?)");
        insert.bind(1, name);
        insert.bind(2, proposal.data(), static_cast<int>(proposal.size()));
        insert.exec();
        SQLite::Statement select(database, "SELECT value FROM server_keys WHERE name = ?");
        select.bind(1, name);
        select.executeStep();
        const SQLite::Column value = select.getColumn(0);
        const auto* bytes = static_cast<const uint8_t*>(value.getBlob());
        return base::Bytes(bytes, bytes + value.getBytes());
      },
      std::move(done));
}

void SqliteSettings::Set(std::string key, std::string value, Done<void> done) {
  writer_.Submit<void>(
      [key = std::move(key), value = std::move(value)](SQLite::Database& database) -> base::Status {
        SQLite::Statement insert(database, "INSERT OR REPLACE INTO settings VALUES (?, ?)");
        insert.bind(1, key);
        insert.bind(2, value);
        insert.exec();
        return {};
      },
      std::move(done));
}

void SqliteSettings::List(Done<std::map<std::string, std::string>> done) {
  reader_.Submit<std::map<std::string, std::string>>(
      [](SQLite::Database& database) -> base::Result<std::map<std::string, std::string>> {
        std::map<std::string, std::string> settings;
        SQLite::Statement select(database, "SELECT key, value FROM settings");
        while (select.executeStep())
          settings[select.getColumn(0).getString()] = select.getColumn(1).getString();
        return settings;
      },
      std::move(done));
}

}  // namespace plaza::store
