#include "room/wishes.h"

namespace plaza::room {

WishTable::WishTable(signal::AutoSubscribe everybody) {
  for (Everybody& stream : everybody_) {
    stream.audio = everybody.audio;
    stream.video.on = everybody.video;
  }
}

void WishTable::SetEverybody(const signal::StreamWish& wish) {
  Everybody& all = everybody_[static_cast<size_t>(wish.stream)];
  if (wish.audio) all.audio = *wish.audio;
  if (wish.video) all.video = *wish.video;
}

void WishTable::SetUser(const UserId& user, const signal::StreamWish& wish) {
  Named& named = named_[user][static_cast<size_t>(wish.stream)];
  if (wish.audio) named.audio = wish.audio;
  if (wish.video) named.video = wish.video;
}

void WishTable::Forget(const UserId& user) { named_.erase(user); }

Wanted WishTable::For(const UserId& user, StreamType stream) const {
  const Everybody& all = everybody_[static_cast<size_t>(stream)];
  Wanted wanted{all.audio, all.video, false};
  const auto found = named_.find(user);
  if (found == named_.end()) return wanted;
  const Named& named = found->second[static_cast<size_t>(stream)];
  wanted.named = named.audio.value_or(false) || (named.video && named.video->on);
  wanted.audio = named.audio.value_or(all.audio);
  wanted.video = named.video.value_or(all.video);
  return wanted;
}

}  // namespace plaza::room
