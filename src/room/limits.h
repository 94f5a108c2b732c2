// What one server holds at most, all apps together. What one app or one room may have are settings
// of the app (app.h).
#pragma once

#include <cstddef>

namespace plaza::room {

inline constexpr size_t kMaxRooms = 100'000;
/// Signalling sessions, with a socket or without.
inline constexpr size_t kMaxSessions = 200'000;
/// Entries under way: until the room is stored and media negotiated.
inline constexpr size_t kMaxPendingEntries = 10'000;

}  // namespace plaza::room
