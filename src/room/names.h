// Names of apps, rooms and users, checked once where they come in.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "base/strong_id.h"

namespace plaza::room {

/// A tenant's number (SDKAppID).
using SdkAppId = base::StrongId<struct SdkAppIdTag, uint32_t>;
using UserId = base::StrongId<struct UserIdTag, std::string>;

inline constexpr uint32_t kFirstSdkAppId = 1'400'000'000;
inline constexpr uint64_t kMaxRoomNumber = 4'294'967'294;
inline constexpr size_t kMaxRoomTextBytes = 64;
inline constexpr size_t kMaxUserIdBytes = 32;

/// A room's name within its app: a number or a text. Room 123 and room "123" are two rooms.
class RoomName {
 public:
  /// 1 to kMaxRoomNumber. Errors name the field `roomId` and have code kBadRoom.
  static base::Result<RoomName> Number(uint64_t number);
  /// 1 to 64 bytes of letters, digits, space and !#$%&()+-:;<=.>?@[]^_{}|~, . Errors name
  /// `strRoomId`.
  static base::Result<RoomName> Text(std::string_view text);
  /// What the two members of a request name: the number counts if both are there.
  static base::Result<RoomName> Choose(std::optional<uint64_t> number,
                                       const std::optional<std::string>& text);
  /// The inverse of Key().
  static std::optional<RoomName> FromKey(std::string_view key);

  bool is_number() const { return std::holds_alternative<uint32_t>(name_); }
  /// 0 if the name is a text.
  uint32_t number() const { return is_number() ? std::get<uint32_t>(name_) : 0; }
  /// As people write it; the same for room 123 and room "123".
  std::string text() const;
  /// Unambiguous: "n:123" or "s:123".
  std::string Key() const;

  friend auto operator<=>(const RoomName&, const RoomName&) = default;

 private:
  explicit RoomName(std::variant<uint32_t, std::string> name) : name_(std::move(name)) {}
  std::variant<uint32_t, std::string> name_;
};

/// A room of all rooms.
struct RoomKey {
  SdkAppId app;
  RoomName room;
  friend auto operator<=>(const RoomKey&, const RoomKey&) = default;
};

/// 1 to 32 bytes of letters, digits, `_` and `-`. The error names `field`.
base::Result<UserId> ParseUserId(std::string_view text, std::string_view field = "userId");

}  // namespace plaza::room

template <>
struct std::hash<plaza::room::RoomKey> {
  size_t operator()(const plaza::room::RoomKey& key) const {
    return std::hash<std::string>{}(key.room.Key()) * 31 + key.app.value();
  }
};
