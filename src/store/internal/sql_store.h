// The store over two connections to one database.
#pragma once

#include <memory>
#include <utility>

#include "store/internal/repositories.h"
#include "store/internal/worker.h"

namespace plaza::store {

class SqlStore final : public Store {
 public:
  SqlStore(std::unique_ptr<Database> writer, std::unique_ptr<Database> reader,
           const Executor& executor)
      : writer_(Worker::Kind::kWriter, std::move(writer), executor),
        reader_(Worker::Kind::kReader, std::move(reader), executor) {}

  AppRows& apps() override { return apps_; }
  SecretRows& secrets() override { return secrets_; }
  RoomRows& rooms() override { return rooms_; }
  KeyRows& keys() override { return keys_; }
  SettingRows& settings() override { return settings_; }

 private:
  Worker writer_;
  Worker reader_;
  SqlApps apps_{writer_, reader_};
  SqlSecrets secrets_{writer_, reader_};
  SqlRooms rooms_{writer_, reader_};
  SqlKeys keys_{writer_};
  SqlSettings settings_{writer_, reader_};
};

}  // namespace plaza::store
