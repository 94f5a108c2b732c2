#include "app/cli/data_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "app/config/config.h"
#include "store/await.h"
#include "store/sqlite.h"

namespace plaza::app {

std::string StorePath(const std::string& data, const std::string& store_url) {
  return (std::filesystem::path(data) / store_url.substr(sizeof "sqlite:" - 1)).string();
}

base::Status MakeDataFolder(const std::string& data) {
  std::error_code error;
  if (std::filesystem::is_directory(data, error)) return {};
  std::filesystem::create_directories(data, error);
  if (error)
    return base::InvalidArgument("data", "can't make \"" + data + "\": " + error.message());
  std::filesystem::permissions(data, std::filesystem::perms::owner_all, error);
  return {};
}

base::Result<DataFolderLock> DataFolderLock::Take(const std::string& data) {
  const std::string path = (std::filesystem::path(data) / "server.lock").string();
  DataFolderLock lock;
  lock.fd_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock.fd_ < 0)
    return base::InvalidArgument("data",
                                 "can't write to \"" + data + "\": " + std::strerror(errno));
  if (flock(lock.fd_, LOCK_EX | LOCK_NB) != 0)
    return base::InvalidArgument("data", "another server works on \"" + data + "\"");
  return lock;
}

DataFolderLock::~DataFolderLock() {
  if (fd_ >= 0) close(fd_);
}

base::Result<std::unique_ptr<store::Store>> OpenDataStore(const std::string& data) {
  if (auto status = MakeDataFolder(data); !status.ok()) return std::move(status).error();
  return store::OpenSqlite(StorePath(data, Config().store_url), store::RunOnTheSpot());
}

}  // namespace plaza::app
