// The tables of PostgreSQL, step by step the same as those of SQLite.
#pragma once

namespace plaza::store {

/// The step at index i makes version i + 1. Add to the end; never edit one that was released.
inline constexpr const char* kPostgresSteps[] = {
    R"sql(
CREATE TABLE apps (
  id BIGINT PRIMARY KEY,
  name TEXT NOT NULL,
  secret_key TEXT NOT NULL,
  app_id TEXT NOT NULL UNIQUE,
  app_key TEXT NOT NULL,
  created_ms BIGINT NOT NULL
);
CREATE TABLE app_settings (
  app BIGINT NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (app, key)
);
CREATE TABLE secrets (
  secret_id TEXT PRIMARY KEY,
  secret_key TEXT NOT NULL,
  app BIGINT REFERENCES apps (id) ON DELETE CASCADE,
  created_ms BIGINT NOT NULL
);
CREATE TABLE rooms (
  app BIGINT NOT NULL,
  room TEXT NOT NULL,
  scene TEXT NOT NULL,
  epoch BIGINT NOT NULL,
  opened_ms BIGINT NOT NULL,
  PRIMARY KEY (app, room)
);
CREATE TABLE server_keys (
  name TEXT PRIMARY KEY,
  value BYTEA NOT NULL
);
CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
);
CREATE TABLE counters (
  name TEXT PRIMARY KEY,
  value BIGINT NOT NULL
);
INSERT INTO counters (name, value) VALUES ('apps_version', 1), ('room_epoch', 0);
)sql",
};

}  // namespace plaza::store
