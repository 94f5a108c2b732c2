// Calls of a store that wait for their answer, for its tests.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "store/await.h"
#include "store/store.h"

namespace plaza::store {

inline AppRow NewRow(const std::string& app_id, uint32_t id = 0) {
  return {id, "demo", "key", app_id, "other", 123, {{"advanced_permission", "true"}}};
}

inline base::Result<AppRow> Create(Store& store, const AppRow& row) {
  return Await<AppRow>([&](auto done) { store.apps().Create(row, done); });
}
inline std::vector<AppRow> Apps(Store& store) {
  return *Await<std::vector<AppRow>>([&](auto done) { store.apps().List(done); });
}
inline uint64_t Version(Store& store) {
  return *Await<uint64_t>([&](auto done) { store.apps().Version(done); });
}
inline base::Status Set(Store& store, const std::string& key, const std::string& value) {
  return Await<void>([&](auto done) { store.settings().Set(key, value, done); });
}
inline std::map<std::string, std::string> Settings(Store& store) {
  return *Await<std::map<std::string, std::string>>(
      [&](auto done) { store.settings().List(done); });
}
inline uint64_t OpenRoom(Store& store, const std::string& room) {
  return *Await<uint64_t>([&](auto done) { store.rooms().Open({7, room, "rtc", 0, 5}, done); });
}
inline std::vector<RoomRow> Living(Store& store) {
  return *Await<std::vector<RoomRow>>([&](auto done) { store.rooms().Living(done); });
}

}  // namespace plaza::store
