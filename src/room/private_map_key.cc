#include "room/private_map_key.h"

#include "room/user_sig.h"
#include "signal/codes.h"

namespace plaza::room {
namespace {

constexpr uint8_t kNumberRoom = 0;
constexpr uint8_t kTextRoom = 1;
constexpr size_t kMaxUserbuf = 512;

base::Error Refuse(std::string message) {
  return {base::ErrorKind::kPermissionDenied, std::move(message), "privateMapKey",
          signal::code::kNoPermission};
}

}  // namespace

base::Bytes WriteUserbuf(const RoomTicket& ticket) {
  base::Bytes out(kMaxUserbuf);
  base::ByteWriter writer(out);
  writer.U8(ticket.room.is_number() ? kNumberRoom : kTextRoom);
  writer.U16(static_cast<uint16_t>(ticket.user.size()));
  writer.Write(base::AsBytes(ticket.user));
  writer.U32(ticket.app.value());
  writer.U32(ticket.room.number());
  writer.U32(ticket.expires);
  writer.U32(ticket.permissions.bits);
  writer.U32(0);  // account type
  if (!ticket.room.is_number()) {
    const std::string text = ticket.room.text();
    writer.U16(static_cast<uint16_t>(text.size()));
    writer.Write(base::AsBytes(text));
  }
  out.resize(writer.ok() ? writer.size() : 0);
  return out;
}

base::Result<RoomTicket> ParseUserbuf(base::ByteView userbuf) {
  base::ByteReader reader(userbuf);
  const uint8_t type = reader.U8();
  const std::string user(base::AsText(reader.Read(reader.U16())));
  const SdkAppId app(reader.U32());
  const uint32_t number = reader.U32();
  const uint32_t expires = reader.U32();
  const uint32_t bits = reader.U32();
  reader.Skip(4);  // account type
  std::string text;
  if (type == kTextRoom) text = base::AsText(reader.Read(reader.U16()));
  if (!reader.ok() || !reader.AtEnd() || type > kTextRoom || userbuf.size() > kMaxUserbuf)
    return Refuse("privateMapKey is malformed");
  auto room = type == kTextRoom ? RoomName::Text(text) : RoomName::Number(number);
  if (!room) return Refuse("privateMapKey names no legal room");
  return RoomTicket{user, app, std::move(*room), expires, {static_cast<uint8_t>(bits)}};
}

std::string SignPrivateMapKey(const RoomTicket& ticket, std::string_view secret_key,
                              base::WallTime now, int64_t expire) {
  return SignUserSig(
      {ticket.user, ticket.app, base::UnixSeconds(now), expire, WriteUserbuf(ticket)}, secret_key);
}

base::Result<Permissions> VerifyPrivateMapKey(std::string_view text, std::string_view secret_key,
                                              SdkAppId app, std::string_view user,
                                              const RoomName& room, base::WallTime now) {
  const auto verified = VerifyUserSig(text, secret_key, app, user, now);
  if (!verified) return Refuse("privateMapKey is not valid: " + verified.error().message);
  if (!verified->userbuf) return Refuse("privateMapKey says nothing of a room");
  const auto ticket = ParseUserbuf(*verified->userbuf);
  if (!ticket) return ticket.error();
  if (ticket->app != app || ticket->user != user)
    return Refuse("privateMapKey was made for somebody else");
  if (ticket->room != room) return Refuse("privateMapKey was made for another room");
  if (base::UnixSeconds(now) > ticket->expires) return Refuse("privateMapKey has expired");
  return ticket->permissions;
}

}  // namespace plaza::room
