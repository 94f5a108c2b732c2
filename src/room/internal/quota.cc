#include "room/internal/quota.h"

#include "signal/codes.h"

namespace plaza::room {

base::Result<Quota::Place> Quota::Take(SdkAppId app, size_t app_limit) {
  constexpr auto kExhausted = base::ErrorKind::kResourceExhausted;
  if (total_ >= server_limit_)
    return base::Error{kExhausted, "the server has as many " + things_ + " as it may", "",
                       signal::code::kTooManyRequests};
  const auto found = by_app_.find(app);
  if ((found == by_app_.end() ? 0 : found->second) >= app_limit)
    return base::Error{kExhausted,
                       "the app has as many " + things_ + " as it may (limits." + things_ + ")",
                       "sdkAppId", signal::code::kAppLimit};
  return TakeAnyway(app);
}

Quota::Place Quota::TakeAnyway(SdkAppId app) {
  ++total_;
  ++by_app_[app];
  return {*this, app};
}

void Quota::GiveBack(SdkAppId app) {
  --total_;
  const auto found = by_app_.find(app);
  if (--found->second == 0) by_app_.erase(found);
}

}  // namespace plaza::room
