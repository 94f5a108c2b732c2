#include "room/session/admission.h"

#include <utility>

#include "room/user_sig.h"
#include "signal/codes.h"

namespace plaza::room {

base::Result<Applicant> ReadApplicant(const signal::Join& join) {
  auto room = RoomName::Choose(join.room_id, join.str_room_id);
  if (!room) return room.error();
  auto user = ParseUserId(join.user_id);
  if (!user) return user.error();
  return Applicant{{SdkAppId(join.sdk_app_id), std::move(*room)}, std::move(*user)};
}

std::optional<ResumeToken> FindReturn(const signal::Join& join, const Applicant& applicant,
                                      const ResumeTokens& tokens, base::WallTime now) {
  if (!join.resume_token) return std::nullopt;
  auto token = tokens.Verify(*join.resume_token);
  if (!token || token->app != applicant.room.app || token->room != applicant.room.room ||
      token->user != applicant.user || base::UnixSeconds(now) > token->expires)
    return std::nullopt;
  return token;
}

base::Result<SessionUser> Admit(const signal::Join& join, const Applicant& applicant,
                                const App* app, base::WallTime now) {
  if (app == nullptr)
    return base::Error{base::ErrorKind::kUnauthenticated,
                       "there is no app " + std::to_string(join.sdk_app_id), "sdkAppId",
                       signal::code::kUnknownApp};
  const auto proven =
      VerifyUserSig(join.user_sig, app->secret_key, app->id, applicant.user.value(), now);
  if (!proven) return proven.error();
  SessionUser user{applicant.room, applicant.user, Permissions{}, base::UnixMillis(now)};
  if (!app->settings.advanced_permission) return user;
  if (!join.private_map_key)
    return base::Error{base::ErrorKind::kPermissionDenied, "privateMapKey is missing",
                       "privateMapKey", signal::code::kNoPermission};
  auto permissions = VerifyPrivateMapKey(*join.private_map_key, app->secret_key, app->id,
                                         applicant.user.value(), applicant.room.room, now);
  if (!permissions) return permissions.error();
  user.permissions = *permissions;
  return user;
}

bool MayBeNew(const base::Error& error) {
  return error.code == signal::code::kUnknownApp || error.code == signal::code::kUserSigOtherKey;
}

}  // namespace plaza::room
