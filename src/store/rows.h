// The rows that outlive the process, as plain data.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace plaza::store {

/// A tenant.
struct AppRow {
  uint32_t id = 0;  ///< SDKAppID
  std::string name;
  std::string secret_key;  ///< 64 hex characters; signs UserSigs
  std::string app_id;      ///< 24 hex characters; names the tenant in the other API family
  std::string app_key;     ///< its secret there
  int64_t created_ms = 0;  ///< Unix milliseconds
  std::map<std::string, std::string> settings;
};

/// A pair of keys for the REST API. Without an app it opens all of them.
struct SecretRow {
  std::string secret_id;
  std::string secret_key;
  std::optional<uint32_t> app;
  int64_t created_ms = 0;
};

/// A room that lives, or lived when the server died. `room` is the room name's unambiguous key.
struct RoomRow {
  uint32_t app = 0;
  std::string room;
  std::string scene;
  uint64_t epoch = 0;
  int64_t opened_ms = 0;
};

}  // namespace plaza::store
