#include "room/session/resume_token.h"

#include <array>
#include <cassert>

#include "base/encoding.h"
#include "room/internal/hmac.h"

namespace plaza::room {
namespace {

constexpr uint8_t kVersion = 2;
constexpr size_t kMaxPayload = 512;

void WriteText(base::ByteWriter& writer, std::string_view text) {
  writer.U8(static_cast<uint8_t>(text.size()));
  writer.Write(base::AsBytes(text));
}
std::string ReadText(base::ByteReader& reader) {
  return std::string(base::AsText(reader.Read(reader.U8())));
}

}  // namespace

std::string ResumeTokens::Sign(const ResumeToken& token) const {
  assert(!key_.empty());
  std::array<uint8_t, kMaxPayload> room;
  base::ByteWriter writer(room);
  writer.U8(kVersion);
  writer.U32(token.app.value());
  writer.U8(token.permissions.bits);
  writer.U64(static_cast<uint64_t>(token.entered_ms));
  writer.U64(static_cast<uint64_t>(token.expires));
  WriteText(writer, token.user.value());
  WriteText(writer, token.room.Key());
  WriteText(writer, token.session);
  const base::ByteView payload = writer.written();
  return base::Base64UrlEncode(payload) + "." +
         base::Base64UrlEncode(HmacSha256(key_, base::AsText(payload)));
}

std::optional<ResumeToken> ResumeTokens::Verify(std::string_view text) const {
  const size_t dot = text.find('.');
  if (key_.empty() || dot == std::string_view::npos || text.size() > 2 * kMaxPayload)
    return std::nullopt;
  const auto payload = base::Base64UrlDecode(text.substr(0, dot));
  const auto signature = base::Base64UrlDecode(text.substr(dot + 1));
  if (!payload || !signature ||
      !SameInConstantTime(HmacSha256(key_, base::AsText(*payload)), *signature))
    return std::nullopt;
  base::ByteReader reader(*payload);
  if (reader.U8() != kVersion) return std::nullopt;
  const SdkAppId app(reader.U32());
  const Permissions permissions{reader.U8()};
  const auto entered_ms = static_cast<int64_t>(reader.U64());
  const auto expires = static_cast<int64_t>(reader.U64());
  const UserId user(ReadText(reader));
  const auto room = RoomName::FromKey(ReadText(reader));
  std::string session = ReadText(reader);
  if (!reader.ok() || !room) return std::nullopt;
  return ResumeToken{app, user, *room, permissions, std::move(session), entered_ms, expires};
}

}  // namespace plaza::room
