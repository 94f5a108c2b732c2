// Whether somebody may join, and as whom: names, userSig or resume token, privateMapKey.
#pragma once

#include <optional>

#include "base/result.h"
#include "base/time.h"
#include "room/app.h"
#include "room/session/resume_token.h"
#include "room/session/session.h"
#include "signal/messages.h"

namespace plaza::room {

/// Whom the names of a join claim to be, where; nothing is proven yet.
struct Applicant {
  RoomKey room;
  UserId user;
};
base::Result<Applicant> ReadApplicant(const signal::Join& join);

/// Somebody who was let in before and comes back with the token of that entry, if it is valid for
/// this join.
std::optional<ResumeToken> FindReturn(const signal::Join& join, const Applicant& applicant,
                                      const ResumeTokens& tokens, base::WallTime now);

/// Proves the applicant by its userSig and, where the app demands it, its privateMapKey. `app` may
/// be null.
base::Result<SessionUser> Admit(const signal::Join& join, const Applicant& applicant,
                                const App* app, base::WallTime now);

/// Whether Admit() may fail because another process made the app, or changed its key, a moment ago.
bool MayBeNew(const base::Error& error);

}  // namespace plaza::room
