// The data folder, and who works on it.
#pragma once

#include <string>
#include <utility>

#include "base/result.h"

namespace plaza::app {

/// Makes the folder with access for its owner alone, if it is missing.
base::Status MakeDataFolder(const std::string& data);

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

}  // namespace plaza::app
