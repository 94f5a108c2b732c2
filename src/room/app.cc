#include "room/app.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/encoding.h"
#include "base/log.h"

namespace plaza::room {
namespace {

constexpr size_t kMaxAppNameBytes = 64;
constexpr size_t kSecretKeyChars = 64;
constexpr uint32_t kMaxMessageBytes = 65'536;

base::Error Refuse(const std::string& field, const std::string& rule) {
  return base::InvalidArgument(field, field + " " + rule);
}

bool Read(const std::string& text, bool& value) {
  value = text == "true";
  return value || text == "false";
}
bool Read(const std::string& text, uint32_t& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

struct Setting {
  AppSettingInfo info;
  const char* form;
  bool (*set)(AppSettings&, const std::string&);
};

constexpr const char* kFlag = "must be true or false";
constexpr const char* kCount = "must be a whole number from 0 to 4294967295";

const std::array<Setting, 10> kSettings = {{
    {{"advanced_permission", "false", "entering needs a privateMapKey, whose bits are enforced"},
     kFlag,
     [](AppSettings& s, const std::string& t) { return Read(t, s.advanced_permission); }},
    {{"limits.rtc_members", "300", "members of a room of scene rtc"},
     kCount,
     [](AppSettings& s, const std::string& t) { return Read(t, s.limits.rtc_members); }},
    {{"limits.rtc_publishers", "50", "members of a room of scene rtc that publish at a time"},
     kCount,
     [](AppSettings& s, const std::string& t) { return Read(t, s.limits.rtc_publishers); }},
    {{"limits.live_anchors", "50", "anchors of a room of scene live"},
     kCount,
     [](AppSettings& s, const std::string& t) { return Read(t, s.limits.live_anchors); }},
    {{"limits.live_audience", "100000", "audience of a room of scene live"},
     kCount,
     [](AppSettings& s, const std::string& t) { return Read(t, s.limits.live_audience); }},
    {{"limits.rooms", "50000", "rooms that are open at a time"},
     kCount,
     [](AppSettings& s, const std::string& t) { return Read(t, s.limits.rooms); }},
    {{"limits.sessions", "150000", "signalling sessions at a time"},
     kCount,
     [](AppSettings& s, const std::string& t) { return Read(t, s.limits.sessions); }},
    {{"limits.message_bytes", "1024", "bytes of one custom message"},
     "must be a whole number from 0 to 65536",
     [](AppSettings& s, const std::string& t) {
       return Read(t, s.limits.message_bytes) && s.limits.message_bytes <= kMaxMessageBytes;
     }},
    {{"limits.messages_per_second", "30", "custom messages of one member each second"},
     kCount,
     [](AppSettings& s, const std::string& t) { return Read(t, s.limits.messages_per_second); }},
    {{"limits.message_bytes_per_second", "16384",
      "bytes of custom messages of one member each second"},
     kCount,
     [](AppSettings& s, const std::string& t) {
       return Read(t, s.limits.message_bytes_per_second);
     }},
}};

base::Status Apply(AppSettings& settings, const std::string& key, const std::string& text) {
  for (const Setting& setting : kSettings) {
    if (key != setting.info.key) continue;
    return setting.set(settings, text) ? base::Status() : Refuse(key, setting.form);
  }
  return Refuse(key, "is not a setting of an app");
}

}  // namespace

std::span<const AppSettingInfo> AppSettingInfos() {
  static const auto kInfos = [] {
    std::array<AppSettingInfo, kSettings.size()> infos;
    std::transform(kSettings.begin(), kSettings.end(), infos.begin(),
                   [](const Setting& setting) { return setting.info; });
    return infos;
  }();
  return kInfos;
}

base::Result<AppSettings> ParseAppSettings(const std::map<std::string, std::string>& texts) {
  AppSettings settings;
  for (const auto& [key, text] : texts)
    if (auto applied = Apply(settings, key, text); !applied) return applied.error();
  return settings;
}

base::Result<store::AppRow> MakeAppRow(const NewApp& wanted, base::Random& random) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
  if (wanted.name.empty() || wanted.name.size() > kMaxAppNameBytes ||
      std::any_of(wanted.name.begin(), wanted.name.end(), is_control))
    return Refuse("name", "must have 1 to " + std::to_string(kMaxAppNameBytes) +
                              " bytes and no control characters");
  if (wanted.id != 0 && wanted.id < kFirstSdkAppId)
    return Refuse("id", "must be " + std::to_string(kFirstSdkAppId) + " or more");
  if (!wanted.secret_key.empty() &&
      (wanted.secret_key.size() != kSecretKeyChars || !base::HexDecode(wanted.secret_key)))
    return Refuse("key", "must have " + std::to_string(kSecretKeyChars) + " hexadecimal digits");
  store::AppRow row;
  row.id = wanted.id;
  row.name = wanted.name;
  row.secret_key =
      wanted.secret_key.empty() ? random.String(kSecretKeyChars, kHex) : wanted.secret_key;
  row.app_id = random.String(24, kHex);
  row.app_key = random.String(32, kHex);
  return row;
}

App AppFromRow(const store::AppRow& row) {
  App app{SdkAppId(row.id), row.name, row.secret_key, row.app_id, row.app_key, {}};
  for (const auto& [key, text] : row.settings)
    if (auto applied = Apply(app.settings, key, text); !applied)
      base::LogWarning("room", "a stored setting of an app is left out",
                       {{"app", row.id}, {"key", key}, {"reason", applied.error().message}});
  return app;
}

}  // namespace plaza::room
