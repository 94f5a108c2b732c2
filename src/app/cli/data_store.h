// The store of a data folder, for commands that work beside the server.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "base/result.h"
#include "store/store.h"

namespace plaza::app {

/// Where `store_url` ("sqlite:FILE") is, relative to `data`.
std::string StorePath(const std::string& data, const std::string& store_url);
/// Opens the store of `data` with callbacks run on the spot; makes the folder if need be.
base::Result<std::unique_ptr<store::Store>> OpenDataStore(const std::string& data);
/// Held by the one server that works on a data folder; let go when it is destroyed or the process
/// dies.
class DataFolderLock {
 public:
  /// Fails if another server holds it.
  static base::Result<DataFolderLock> Take(const std::string& data);
  DataFolderLock() = default;
  DataFolderLock(DataFolderLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  DataFolderLock& operator=(DataFolderLock&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~DataFolderLock();

 private:
  int fd_ = -1;
};
/// Makes the folder with access for its owner alone, if it is missing.
base::Status MakeDataFolder(const std::string& data);

}  // namespace plaza::app
