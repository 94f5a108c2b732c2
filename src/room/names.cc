#include "room/names.h"

#include <algorithm>
#include <charconv>

#include "signal/codes.h"

namespace plaza::room {
namespace {

bool IsLetterOrDigit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool MayBeInRoomText(char c) {
  constexpr std::string_view kOthers = " !#$%&()+-:;<=.>?@[]^_{}|~,";
  return IsLetterOrDigit(c) || kOthers.find(c) != std::string_view::npos;
}
bool MayBeInUserId(char c) { return IsLetterOrDigit(c) || c == '_' || c == '-'; }

base::Error BadRoom(const char* field, const std::string& rule) {
  return {base::ErrorKind::kInvalidArgument, std::string(field) + " " + rule, field,
          signal::code::kBadRoom};
}

}  // namespace

base::Result<RoomName> RoomName::Number(uint64_t number) {
  if (number < 1 || number > kMaxRoomNumber)
    return BadRoom("roomId", "must be a number from 1 to " + std::to_string(kMaxRoomNumber));
  return RoomName(static_cast<uint32_t>(number));
}

base::Result<RoomName> RoomName::Text(std::string_view text) {
  if (text.empty() || text.size() > kMaxRoomTextBytes)
    return BadRoom("strRoomId", "must have 1 to " + std::to_string(kMaxRoomTextBytes) + " bytes");
  if (!std::all_of(text.begin(), text.end(), MayBeInRoomText))
    return BadRoom("strRoomId", "may have letters, digits, spaces and !#$%&()+-:;<=.>?@[]^_{}|~,");
  return RoomName(std::string(text));
}

base::Result<RoomName> RoomName::Choose(std::optional<uint64_t> number,
                                        const std::optional<std::string>& text) {
  if (number) return Number(*number);
  if (text) return Text(*text);
  return BadRoom("roomId", "or strRoomId is needed");
}

std::optional<RoomName> RoomName::FromKey(std::string_view key) {
  if (key.starts_with("s:")) {
    auto name = Text(key.substr(2));
    return name.ok() ? std::optional(std::move(*name)) : std::nullopt;
  }
  if (!key.starts_with("n:")) return std::nullopt;
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(key.data() + 2, key.data() + key.size(), number);
  if (error != std::errc() || end != key.data() + key.size()) return std::nullopt;
  auto name = Number(number);
  return name.ok() ? std::optional(std::move(*name)) : std::nullopt;
}

std::string RoomName::text() const {
  return is_number() ? std::to_string(number()) : std::get<std::string>(name_);
}

std::string RoomName::Key() const { return (is_number() ? "n:" : "s:") + text(); }

base::Result<UserId> ParseUserId(std::string_view text, std::string_view field) {
  const std::string name(field);
  const auto refuse = [&](const std::string& rule) {
    return base::Error{base::ErrorKind::kInvalidArgument, name + " " + rule, name,
                       signal::code::kBadMember};
  };
  if (text.empty() || text.size() > kMaxUserIdBytes)
    return refuse("must have 1 to " + std::to_string(kMaxUserIdBytes) + " bytes");
  if (!std::all_of(text.begin(), text.end(), MayBeInUserId))
    return refuse("may have letters, digits, _ and -");
  return UserId(std::string(text));
}

}  // namespace plaza::room
