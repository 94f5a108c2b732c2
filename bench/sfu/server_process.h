// A real `plaza serve` with one media worker, for as long as the object lives.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>

#include "base/result.h"
#include "net/event_loop.h"

namespace plaza::bench {

class ServerProcess {
 public:
  /// Starts `binary` with a data folder and ports of its own, and waits until it is ready.
  static base::Result<std::unique_ptr<ServerProcess>> Start(net::EventLoop& loop,
                                                            const std::string& binary);
  /// Asks it to end, and waits.
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  pid_t pid() const { return pid_; }
  const std::string& url() const { return url_; }

 private:
  ServerProcess() = default;
  base::Status Spawn(const std::string& binary, uint16_t http, uint16_t rtc);
  bool IsReady(net::EventLoop& loop) const;

  pid_t pid_ = 0;
  std::string data_;
  std::string url_;
};

}  // namespace plaza::bench
