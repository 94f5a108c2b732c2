// For tests: a TCP client that sends exactly what it is told and keeps all that comes back.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <memory>
#include <string>
#include <string_view>

#include "net/event_loop.h"
#include "net/internal/sockaddr.h"
#include "net/internal/unique_fd.h"

namespace plaza::net {

class RawClient {
 public:
  RawClient(EventLoop& loop, const base::SocketAddress& server)
      : loop_(loop), fd_(socket(FamilyOf(server.ip), SOCK_STREAM, 0)) {
    KernelAddress address;
    const socklen_t length = ToKernel(server, FamilyOf(server.ip), address);
    EXPECT_EQ(connect(fd_.get(), &address.any, length), 0);
    watch_ = std::make_unique<FdWatch>(loop_, fd_.get());
    Resume();
  }

  void Send(std::string_view text) {
    ASSERT_EQ(send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT),
              static_cast<ssize_t>(text.size()));
  }
  void ShutdownWrite() { shutdown(fd_.get(), SHUT_WR); }
  /// Closes with a reset, as a crashed machine's peer sees it.
  void Reset() {
    const linger hard{1, 0};
    setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    watch_.reset();
    fd_ = UniqueFd();
  }
  /// Stops reading, until Resume().
  void Pause() { watch_->OnReadable({}); }
  void Resume() {
    watch_->OnReadable([this] { Read(); });
  }

  const std::string& received() const { return received_; }
  void Forget() { received_.clear(); }
  bool closed() const { return closed_; }

  /// Runs the loop until `text` has come.
  bool WaitFor(std::string_view text) {
    return loop_.RunUntil([&] { return received_.find(text) != std::string::npos; },
                          std::chrono::seconds(5));
  }
  bool WaitForClose() {
    return loop_.RunUntil([&] { return closed_; }, std::chrono::seconds(5));
  }

 private:
  void Read() {
    char buffer[65536];
    const ssize_t count = recv(fd_.get(), buffer, sizeof buffer, MSG_DONTWAIT);
    if (count > 0) {
      received_.append(buffer, static_cast<size_t>(count));
    } else {
      closed_ = true;
      watch_->OnReadable({});
    }
  }

  EventLoop& loop_;
  UniqueFd fd_;
  std::unique_ptr<FdWatch> watch_;
  std::string received_;
  bool closed_ = false;
};

}  // namespace plaza::net
