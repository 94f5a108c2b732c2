// How many of something there may be: on the whole server, and of each app.
#pragma once

#include <string>
#include <unordered_map>
#include <utility>

#include "base/result.h"
#include "room/names.h"

namespace plaza::room {

/// Counts what takes a place and gives it back when it is destroyed. Outlives its places.
class Quota {
 public:
  /// One that is counted.
  class Place {
   public:
    Place() = default;
    Place(Place&& other) noexcept
        : quota_(std::exchange(other.quota_, nullptr)), app_(other.app_) {}
    Place& operator=(Place&& other) noexcept {
      std::swap(quota_, other.quota_);
      std::swap(app_, other.app_);
      return *this;
    }
    ~Place() {
      if (quota_ != nullptr) quota_->GiveBack(app_);
    }

   private:
    friend class Quota;
    Place(Quota& quota, SdkAppId app) : quota_(&quota), app_(app) {}
    Quota* quota_ = nullptr;
    SdkAppId app_;
  };

  /// `things` as messages name them: "rooms".
  Quota(std::string things, size_t server_limit)
      : things_(std::move(things)), server_limit_(server_limit) {}
  Quota(const Quota&) = delete;

  /// kResourceExhausted, code kTooManyRequests where the server has no place left, kAppLimit where
  /// the app has none.
  base::Result<Place> Take(SdkAppId app, size_t app_limit);
  /// Also beyond the limits.
  Place TakeAnyway(SdkAppId app);
  size_t total() const { return total_; }

 private:
  void GiveBack(SdkAppId app);

  const std::string things_;
  const size_t server_limit_;
  size_t total_ = 0;
  std::unordered_map<SdkAppId, size_t> by_app_;
};

}  // namespace plaza::room
