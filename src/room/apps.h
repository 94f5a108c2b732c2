// The apps, kept in memory and in step with the store, whoever writes there.
#pragma once

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "room/app.h"
#include "store/store.h"

namespace plaza::room {

/// How long a change made by another process may stay unseen, and how often the store is asked at
/// most when somebody names an app that is not known or a signature does not fit.
inline constexpr base::Duration kAppsPollInterval = std::chrono::seconds(1);
inline constexpr base::Duration kAppsRefreshInterval = std::chrono::milliseconds(200);

class Apps {
 public:
  Apps(store::Store& store, const base::Clock& clock, base::Random& random);
  Apps(const Apps&) = delete;

  /// Nothing if there is no such app, as far as known. The app may change or vanish later: don't
  /// keep it.
  const App* Find(SdkAppId id) const;
  std::vector<App> List() const;
  /// Reads the store again if it changed. `done` is called later, or at once if it was asked a
  /// moment ago. Call it once at start and wait for it.
  void Refresh(std::function<void(base::Status)> done);

  void Create(const NewApp& wanted, store::Done<App> done);
  /// Sets some settings; all or none. An unknown key or bad value is refused by its name.
  void Set(SdkAppId id, std::map<std::string, std::string> settings, store::Done<void> done);

  base::Time NextDeadline() const { return next_poll_; }
  void HandleTimeout(base::Time now);

 private:
  void Load(uint64_t version);
  void Finish(base::Status status);

  store::Store& store_;
  const base::Clock& clock_;
  base::Random& random_;
  std::unordered_map<SdkAppId, App> apps_;
  uint64_t version_ = 0;
  bool loaded_ = false;
  bool refreshing_ = false;
  base::Time next_poll_ = base::kNever;
  base::Time refreshed_at_{};
  std::vector<std::function<void(base::Status)>> waiting_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace plaza::room
