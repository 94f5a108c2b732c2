// A store in memory for the tests of other modules: the same promises, nothing on disk, no thread.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "store/store.h"

namespace plaza::store {

/// What a crashed server finds again when it is given the same MemoryData.
struct MemoryData {
  std::map<uint32_t, AppRow> apps;
  std::map<std::string, SecretRow> secrets;
  std::map<std::pair<uint32_t, std::string>, RoomRow> rooms;
  std::map<std::string, base::Bytes> keys;
  std::map<std::string, std::string> settings;
  uint64_t apps_version = 1;
  uint64_t room_epoch = 0;
  bool broken = false;  ///< every call fails
};

class MemoryStore final : public Store,
                          private AppRows,
                          private SecretRows,
                          private RoomRows,
                          private KeyRows,
                          private SettingRows {
 public:
  MemoryStore(MemoryData& data, Executor executor) : data_(data), executor_(std::move(executor)) {}

  AppRows& apps() override { return *this; }
  SecretRows& secrets() override { return *this; }
  RoomRows& rooms() override { return *this; }
  KeyRows& keys() override { return *this; }
  SettingRows& settings() override { return *this; }

 private:
  template <typename T>
  void Answer(const Done<T>& done, base::Result<T> result) {
    if (data_.broken)
      result = base::Error{base::ErrorKind::kUnavailable, "the store is broken", "", 0};
    executor_([done, result = std::move(result)] { done(result); });
  }
  static base::Error Exists() { return {base::ErrorKind::kAlreadyExists, "it exists", "", 0}; }
  static base::Error NotFound() { return {base::ErrorKind::kNotFound, "it does not exist", "", 0}; }

  void Create(AppRow row, Done<AppRow> done) override {
    if (row.id == 0)
      row.id = data_.apps.empty() ? 1'400'000'000
                                  : std::max(1'400'000'000u, data_.apps.rbegin()->first + 1);
    if (!data_.apps.emplace(row.id, row).second) return Answer<AppRow>(done, Exists());
    ++data_.apps_version;
    Answer<AppRow>(done, row);
  }
  void List(Done<std::vector<AppRow>> done) override {
    std::vector<AppRow> rows;
    for (const auto& [id, row] : data_.apps) rows.push_back(row);
    Answer<std::vector<AppRow>>(done, rows);
  }
  void Set(uint32_t id, std::map<std::string, std::string> settings, Done<void> done) override {
    const auto found = data_.apps.find(id);
    if (found == data_.apps.end()) return Answer<void>(done, NotFound());
    for (const auto& [key, value] : settings) found->second.settings[key] = value;
    ++data_.apps_version;
    Answer<void>(done, {});
  }
  void Version(Done<uint64_t> done) override { Answer<uint64_t>(done, data_.apps_version); }

  void Create(SecretRow row, Done<void> done) override {
    const bool added = data_.secrets.emplace(row.secret_id, row).second;
    Answer<void>(done, added ? base::Status() : Exists());
  }
  void List(Done<std::vector<SecretRow>> done) override {
    std::vector<SecretRow> rows;
    for (const auto& [id, row] : data_.secrets) rows.push_back(row);
    Answer<std::vector<SecretRow>>(done, rows);
  }

  void Open(RoomRow row, Done<uint64_t> done) override {
    if (!data_.broken) {
      row.epoch = ++data_.room_epoch;
      data_.rooms[{row.app, row.room}] = row;
    }
    Answer<uint64_t>(done, data_.room_epoch);
  }
  void Close(uint32_t app, std::string room, uint64_t epoch, Done<void> done) override {
    const auto found = data_.rooms.find({app, room});
    if (found != data_.rooms.end() && found->second.epoch == epoch) data_.rooms.erase(found);
    Answer<void>(done, {});
  }
  void Living(Done<std::vector<RoomRow>> done) override {
    std::vector<RoomRow> rows;
    for (const auto& [key, row] : data_.rooms) rows.push_back(row);
    Answer<std::vector<RoomRow>>(done, rows);
  }

  void GetOrCreate(std::string name, base::Bytes proposal, Done<base::Bytes> done) override {
    Answer<base::Bytes>(done, data_.keys.try_emplace(name, proposal).first->second);
  }

  void Set(std::string key, std::string value, Done<void> done) override {
    data_.settings[key] = value;
    Answer<void>(done, {});
  }
  void List(Done<std::map<std::string, std::string>> done) override {
    Answer<std::map<std::string, std::string>>(done, data_.settings);
  }

  MemoryData& data_;
  Executor executor_;
};

}  // namespace plaza::store
