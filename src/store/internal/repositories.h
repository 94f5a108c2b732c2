// The repositories over two workers: writes on one, reads on the other.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "store/internal/worker.h"
#include "store/store.h"

namespace plaza::store {

class SqlApps final : public AppRows {
 public:
  SqlApps(Worker& writer, Worker& reader) : writer_(writer), reader_(reader) {}
  void Create(AppRow row, Done<AppRow> done) override;
  void List(Done<std::vector<AppRow>> done) override;
  void Set(uint32_t id, std::map<std::string, std::string> settings, Done<void> done) override;
  void Version(Done<uint64_t> done) override;

 private:
  Worker& writer_;
  Worker& reader_;
};

class SqlSecrets final : public SecretRows {
 public:
  SqlSecrets(Worker& writer, Worker& reader) : writer_(writer), reader_(reader) {}
  void Create(SecretRow row, Done<void> done) override;
  void List(Done<std::vector<SecretRow>> done) override;

 private:
  Worker& writer_;
  Worker& reader_;
};

class SqlRooms final : public RoomRows {
 public:
  SqlRooms(Worker& writer, Worker& reader) : writer_(writer), reader_(reader) {}
  void Open(RoomRow row, Done<uint64_t> done) override;
  void Close(uint32_t app, std::string room, uint64_t epoch, Done<void> done) override;
  void Living(Done<std::vector<RoomRow>> done) override;

 private:
  Worker& writer_;
  Worker& reader_;
};

class SqlKeys final : public KeyRows {
 public:
  explicit SqlKeys(Worker& writer) : writer_(writer) {}
  void GetOrCreate(std::string name, base::Bytes proposal, Done<base::Bytes> done) override;

 private:
  Worker& writer_;
};

class SqlSettings final : public SettingRows {
 public:
  SqlSettings(Worker& writer, Worker& reader) : writer_(writer), reader_(reader) {}
  void Set(std::string key, std::string value, Done<void> done) override;
  void List(Done<std::map<std::string, std::string>> done) override;

 private:
  Worker& writer_;
  Worker& reader_;
};

}  // namespace plaza::store
