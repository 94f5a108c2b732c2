// How the enumerations are spelt on the wire, in the order of their values.
#pragma once

#include <array>

#include "signal/terms.h"

namespace plaza::signal {

template <typename Enum>
struct Words;

template <>
struct Words<MediaKind> {
  static constexpr std::array kList = {"audio", "video"};
};
template <>
struct Words<StreamType> {
  static constexpr std::array kList = {"main", "aux"};
};
template <>
struct Words<Scene> {
  static constexpr std::array kList = {"rtc", "live"};
};
template <>
struct Words<Role> {
  static constexpr std::array kList = {"anchor", "audience"};
};
template <>
struct Words<LeaveReason> {
  static constexpr std::array kList = {"leave", "timeout", "kick", "role"};
};
template <>
struct Words<KickReason> {
  static constexpr std::array kList = {"kick", "banned", "room_disband"};
};
template <>
struct Words<UnpublishReason> {
  static constexpr std::array kList = {"stopped", "timeout"};
};

}  // namespace plaza::signal
