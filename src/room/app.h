// An app: a tenant with its keys, its settings and its limits. Nothing crosses between apps.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>

#include "base/random.h"
#include "base/result.h"
#include "room/names.h"
#include "store/rows.h"

namespace plaza::room {

/// How many may be in one room of the app, and how many rooms and sessions it may have.
struct AppLimits {
  uint32_t rtc_members = 300;
  uint32_t rtc_publishers = 50;  ///< members of a call that publish at the same time
  uint32_t live_anchors = 50;
  uint32_t live_audience = 100'000;
  uint32_t rooms = 50'000;
  uint32_t sessions = 150'000;
  /// Custom messages of one member: the size of each, how many, and how many bytes of them a
  /// second.
  uint32_t message_bytes = 1024;
  uint32_t messages_per_second = 30;
  uint32_t message_bytes_per_second = 16 * 1024;
};

struct AppSettings {
  /// Entering needs a privateMapKey, whose bits are enforced.
  bool advanced_permission = false;
  AppLimits limits;
};

struct App {
  SdkAppId id;
  std::string name;
  std::string secret_key;
  std::string app_id;   ///< of the other API family
  std::string app_key;  ///< of the other API family
  AppSettings settings;
};

/// One setting as `plaza app set` spells it.
struct AppSettingInfo {
  const char* key;
  const char* default_value;
  const char* meaning;
};
std::span<const AppSettingInfo> AppSettingInfos();

/// The settings of these texts, defaults for the rest. The error's field is the key.
base::Result<AppSettings> ParseAppSettings(const std::map<std::string, std::string>& texts);

/// What somebody who makes an app chooses. `id` 0: the next free one; no key: a new one.
struct NewApp {
  std::string name;
  uint32_t id = 0;
  std::string secret_key;
};

/// Checks the choice and draws the keys; the store then gives the number. `created_ms` is left 0.
base::Result<store::AppRow> MakeAppRow(const NewApp& wanted, base::Random& random);

/// The app of a stored row. Settings that this version does not know are left out.
App AppFromRow(const store::AppRow& row);

}  // namespace plaza::room
