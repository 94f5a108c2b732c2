#include "room/apps.h"

#include <utility>

#include "base/log.h"

namespace plaza::room {

Apps::Apps(store::Store& store, const base::Clock& clock, base::Random& random)
    : store_(store), clock_(clock), random_(random) {}

const App* Apps::Find(SdkAppId id) const {
  const auto found = apps_.find(id);
  return found == apps_.end() ? nullptr : &found->second;
}

std::vector<App> Apps::List() const {
  std::map<SdkAppId, App> sorted(apps_.begin(), apps_.end());
  std::vector<App> list;
  list.reserve(sorted.size());
  for (auto& [id, app] : sorted) list.push_back(std::move(app));
  return list;
}

void Apps::Refresh(std::function<void(base::Status)> done) {
  const base::Time now = clock_.Now();
  if (!refreshing_ && loaded_ && now - refreshed_at_ < kAppsRefreshInterval) return done({});
  waiting_.push_back(std::move(done));
  if (std::exchange(refreshing_, true)) return;
  refreshed_at_ = now;
  store_.apps().Version([this, alive = std::weak_ptr(alive_)](base::Result<uint64_t> version) {
    if (alive.expired()) return;
    if (!version) return Finish(version.error());
    if (loaded_ && *version == version_) return Finish({});
    Load(*version);
  });
}

/// The version was read before the rows: a change in between is seen by the next poll.
void Apps::Load(uint64_t version) {
  store_.apps().List([this, version, alive = std::weak_ptr(alive_)](
                         base::Result<std::vector<store::AppRow>> rows) {
    if (alive.expired()) return;
    if (!rows) return Finish(rows.error());
    apps_.clear();
    for (const store::AppRow& row : *rows) {
      App app = AppFromRow(row);
      apps_.emplace(app.id, std::move(app));
    }
    version_ = version;
    loaded_ = true;
    Finish({});
  });
}

void Apps::Finish(base::Status status) {
  if (!status) base::LogError("room", "apps can't be read", {{"error", status.error().message}});
  refreshing_ = false;
  next_poll_ = clock_.Now() + kAppsPollInterval;
  for (auto& done : std::exchange(waiting_, {})) done(status);
}

void Apps::Create(const NewApp& wanted, store::Done<App> done) {
  auto row = MakeAppRow(wanted, random_);
  if (!row) return done(row.error());
  row->created_ms = base::UnixMillis(clock_.WallNow());
  store_.apps().Create(std::move(*row),
                       [this, alive = std::weak_ptr(alive_),
                        done = std::move(done)](base::Result<store::AppRow> created) {
                         if (alive.expired()) return;
                         if (!created) return done(created.error());
                         App app = AppFromRow(*created);
                         apps_.insert_or_assign(app.id, app);
                         done(std::move(app));
                       });
}

void Apps::Set(SdkAppId id, std::map<std::string, std::string> settings, store::Done<void> done) {
  if (auto parsed = ParseAppSettings(settings); !parsed) return done(parsed.error());
  store_.apps().Set(
      id.value(), std::move(settings),
      [this, alive = std::weak_ptr(alive_), done = std::move(done)](base::Status set) {
        if (alive.expired()) return;
        if (!set) return done(set);
        refreshed_at_ = {};
        Refresh(done);
      });
}

void Apps::HandleTimeout(base::Time now) {
  if (now < next_poll_) return;
  next_poll_ = base::kNever;  // until this one is answered
  Refresh([](base::Status) {});
}

}  // namespace plaza::room
