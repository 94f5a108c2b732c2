// SIGTERM, SIGINT and SIGHUP as events of the loop.
#pragma once

#include <csignal>
#include <functional>
#include <memory>

#include "net/event_loop.h"

namespace plaza::net {

class Signals {
 public:
  /// Keeps the signals from ending the process. Call on the first thread before others start.
  static void Block();

  /// Calls back on the loop's thread with the number of each signal.
  Signals(EventLoop& loop, std::function<void(int)> on_signal);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

 private:
  void Read();

  std::function<void(int)> on_signal_;
  int fd_;
  std::unique_ptr<FdWatch> watch_;
};

}  // namespace plaza::net
