#include "room/session/gate.h"

#include <utility>

#include "room/session/admission.h"
#include "signal/codes.h"

namespace plaza::room {

base::Result<Entry> Gate::Check(const signal::Join& join) const {
  auto applicant = ReadApplicant(join);
  if (!applicant) return applicant.error();
  const App* app = apps_.Find(applicant->room.app);
  auto user = room::Admit(join, *applicant, app, clock_.WallNow());
  if (!user) return user.error();
  Entry entry{user->room, user->user, join.scene, join.role, user->permissions};
  entry.limits = app->settings.limits;
  return entry;
}

void Gate::Admit(const signal::Join& join, std::function<void(base::Result<Entry>)> done) {
  auto entry = Check(join);
  if (entry || !MayBeNew(entry.error())) return done(std::move(entry));
  apps_.Refresh([this, alive = std::weak_ptr(alive_), join, done = std::move(done)](base::Status) {
    if (!alive.expired()) done(Check(join));
  });
}

}  // namespace plaza::room
