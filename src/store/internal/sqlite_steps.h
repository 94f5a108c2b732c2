// The tables of SQLite.
#pragma once

namespace plaza::store {

/// The step at index i makes version i + 1. Add to the end; never edit one that was released.
inline constexpr const char* kSqliteSteps[] = {
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

}  // namespace plaza::store
