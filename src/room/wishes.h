// What one member wants to receive: of named users, and of everybody else.
#pragma once

#include <array>
#include <map>
#include <optional>

#include "room/events.h"
#include "signal/messages.h"

namespace plaza::room {

/// What is wanted of one stream.
struct Wanted {
  bool audio = false;
  signal::VideoWish video;
  bool named = false;  ///< asked for by name
};

class WishTable {
 public:
  explicit WishTable(signal::AutoSubscribe everybody = {});

  /// Sets what holds for everybody not named; absent members stay as they were.
  void SetEverybody(const signal::StreamWish& wish);
  /// Sets what holds for one user until Forget().
  void SetUser(const UserId& user, const signal::StreamWish& wish);
  void Forget(const UserId& user);

  Wanted For(const UserId& user, StreamType stream) const;

 private:
  struct Named {
    std::optional<bool> audio;
    std::optional<signal::VideoWish> video;
  };
  struct Everybody {
    bool audio = false;
    signal::VideoWish video;
  };
  std::array<Everybody, 2> everybody_;  // by stream
  std::map<UserId, std::array<Named, 2>> named_;
};

}  // namespace plaza::room
