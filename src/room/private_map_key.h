// privateMapKey: a UserSig that also says what its user may do in which room, in its userbuf.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "room/names.h"

namespace plaza::room {

/// What a member may do, as bits of a privateMapKey.
enum class Permission : uint8_t {
  kCreateRoom = 1,
  kEnterRoom = 2,
  kSendAudio = 4,
  kReceiveAudio = 8,
  kSendVideo = 16,
  kReceiveVideo = 32,
  kSendAux = 64,
  kReceiveAux = 128,
};

/// A set of them.
struct Permissions {
  uint8_t bits = 0xff;
  bool Has(Permission permission) const { return (bits & static_cast<uint8_t>(permission)) != 0; }
  friend bool operator==(const Permissions&, const Permissions&) = default;
};

struct RoomTicket {
  std::string user;
  SdkAppId app;
  RoomName room;
  uint32_t expires = 0;  ///< Unix seconds
  Permissions permissions;
};

/// The userbuf, all big-endian: type (0 numeric, 1 text), user, app, number, expiry, bits, account
/// type, text.
base::Bytes WriteUserbuf(const RoomTicket& ticket);
base::Result<RoomTicket> ParseUserbuf(base::ByteView userbuf);

/// A privateMapKey that is valid from `now` for `expire` seconds.
std::string SignPrivateMapKey(const RoomTicket& ticket, std::string_view secret_key,
                              base::WallTime now, int64_t expire);

/// What the user may do in this room. Any failure has code kNoPermission and field `privateMapKey`.
base::Result<Permissions> VerifyPrivateMapKey(std::string_view text, std::string_view secret_key,
                                              SdkAppId app, std::string_view user,
                                              const RoomName& room, base::WallTime now);

}  // namespace plaza::room
