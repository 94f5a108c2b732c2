#include "store/internal/repositories.h"

namespace plaza::store {
namespace {

using Settings = std::map<std::string, std::string>;

base::Result<std::vector<SecretRow>> SelectSecrets(Database& database) {
  const auto secrets = database.Execute(
      "SELECT secret_id, secret_key, app, created_ms FROM secrets ORDER BY created_ms, secret_id");
  if (!secrets) return secrets.error();
  std::vector<SecretRow> rows;
  rows.reserve(secrets->size());
  for (const Row& secret : *secrets) {
    SecretRow& row = rows.emplace_back();
    row.secret_id = secret.Text(0);
    row.secret_key = secret.Text(1);
    if (!secret.IsNull(2)) row.app = static_cast<uint32_t>(secret.Int(2));
    row.created_ms = secret.Int(3);
  }
  return rows;
}

base::Result<Settings> SelectSettings(Database& database) {
  const auto rows = database.Execute("SELECT key, value FROM settings");
  if (!rows) return rows.error();
  Settings settings;
  for (const Row& row : *rows) settings[row.Text(0)] = row.Text(1);
  return settings;
}

}  // namespace

void SqlSecrets::Create(SecretRow row, Done<void> done) {
  writer_.Submit<void>(
      [row = std::move(row)](Database& database) {
        const Value app = row.app ? Value(int64_t{*row.app}) : Value();
        return database.Run("INSERT INTO secrets VALUES ($1, $2, $3, $4)",
                            {row.secret_id, row.secret_key, app, row.created_ms});
      },
      std::move(done));
}

void SqlSecrets::List(Done<std::vector<SecretRow>> done) {
  reader_.Submit<std::vector<SecretRow>>(SelectSecrets, std::move(done));
}

void SqlKeys::GetOrCreate(std::string name, base::Bytes proposal, Done<base::Bytes> done) {
  writer_.Submit<base::Bytes>(
      [name = std::move(name),
       proposal = std::move(proposal)](Database& database) -> base::Result<base::Bytes> {
        if (auto inserted = database.Run(
                "INSERT INTO server_keys VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
                {name, proposal});
            !inserted)
          return inserted.error();
        const auto key = database.Execute("SELECT value FROM server_keys WHERE name = $1", {name});
        if (!key) return key.error();
        return key->front().Blob(0);
      },
      std::move(done));
}

void SqlSettings::Set(std::string key, std::string value, Done<void> done) {
  writer_.Submit<void>(
      [key = std::move(key), value = std::move(value)](Database& database) {
        return database.Run(
            "INSERT INTO settings VALUES ($1, $2) "
            "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            {key, value});
      },
      std::move(done));
}

void SqlSettings::List(Done<std::map<std::string, std::string>> done) {
  reader_.Submit<Settings>(SelectSettings, std::move(done));
}

}  // namespace plaza::store
