#include "api/whip/main_speaker.h"

#include <algorithm>

namespace plaza::api {

bool MainSpeaker::Publishes(const room::UserId& user) const {
  return std::find(publishing_.begin(), publishing_.end(), user) != publishing_.end();
}

void MainSpeaker::SetPublishing(const room::UserId& user, bool publishing, base::Time now) {
  if (publishing == Publishes(user)) return;
  if (publishing) {
    publishing_.push_back(user);
  } else {
    std::erase(publishing_, user);
  }
  Choose(now);
}

void MainSpeaker::SetSpeakers(const std::vector<room::SpeakerView>& speakers, base::Time now) {
  speaking_.clear();
  for (const room::SpeakerView& speaker : speakers) speaking_.push_back(speaker.user);
  Choose(now);
}

void MainSpeaker::Choose(base::Time now) {
  const auto loudest = std::find_if(speaking_.begin(), speaking_.end(),
                                    [this](const room::UserId& user) { return Publishes(user); });
  if (loudest == speaking_.end()) {
    loudest_.reset();
  } else if (loudest_ != *loudest) {
    loudest_ = *loudest;
    loudest_since_ = now;
  }
  if (current_ && !Publishes(*current_)) current_.reset();
  if (!current_ && loudest_) current_ = loudest_;
  if (!current_ && !publishing_.empty()) current_ = publishing_.front();
  HandleTimeout(now);
}

base::Time MainSpeaker::NextDeadline() const {
  return loudest_ && loudest_ != current_ ? loudest_since_ + kFloorTime : base::kNever;
}

void MainSpeaker::HandleTimeout(base::Time now) {
  if (NextDeadline() <= now) current_ = loudest_;
}

}  // namespace plaza::api
