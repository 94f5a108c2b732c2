#include "app/data_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "app/config/quoted.h"

namespace plaza::app {

base::Status MakeDataFolder(const std::string& data) {
  std::error_code error;
  if (std::filesystem::is_directory(data, error)) return {};
  std::filesystem::create_directories(data, error);
  if (error)
    return base::InvalidArgument("data", "can't make " + Quoted(data) + ": " + error.message());
  std::filesystem::permissions(data, std::filesystem::perms::owner_all, error);
  return {};
}

base::Result<DataFolderLock> DataFolderLock::Take(const std::string& data) {
  const std::string path = (std::filesystem::path(data) / "server.lock").string();
  DataFolderLock lock;
  lock.fd_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock.fd_ < 0)
    return base::InvalidArgument("data",
                                 "can't write to " + Quoted(data) + ": " + std::strerror(errno));
  if (flock(lock.fd_, LOCK_EX | LOCK_NB) != 0)
    return base::InvalidArgument("data", "another server works on " + Quoted(data));
  return lock;
}

DataFolderLock::~DataFolderLock() {
  if (fd_ >= 0) close(fd_);
}

}  // namespace plaza::app
