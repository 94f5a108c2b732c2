#include "net/signals.h"

#include <sys/signalfd.h>
#include <unistd.h>

namespace plaza::net {
namespace {

sigset_t Handled() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, number);
  return set;
}

}  // namespace

void Signals::Block() {
  const sigset_t set = Handled();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

Signals::Signals(EventLoop& loop, std::function<void(int)> on_signal)
    : on_signal_(std::move(on_signal)) {
  const sigset_t set = Handled();
  fd_ = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
  watch_ = std::make_unique<FdWatch>(loop, fd_);
  watch_->OnReadable([this] { Read(); });
}

Signals::~Signals() {
  watch_.reset();
  close(fd_);
}

void Signals::Read() {
  signalfd_siginfo info;
  while (read(fd_, &info, sizeof info) == sizeof info) on_signal_(static_cast<int>(info.ssi_signo));
}

}  // namespace plaza::net
