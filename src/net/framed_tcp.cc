// Accepting, limits and time-outs; one connection is in internal/framed_connection.
#include "net/framed_tcp.h"

#include <sys/socket.h>

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <vector>

#include "net/internal/framed_connection.h"
#include "net/internal/listener.h"
#include "net/internal/sockaddr.h"

namespace plaza::net {
namespace {

constexpr base::Duration kSweepEvery = std::chrono::milliseconds(500);

/// Where the other side connected to, which on a wildcard only the connection knows.
base::SocketAddress LocalOf(int fd, const base::SocketAddress& listening) {
  KernelAddress kernel{};
  socklen_t length = sizeof kernel;
  if (getsockname(fd, &kernel.any, &length) != 0) return listening;
  return FromKernel(kernel);
}

}  // namespace

class FramedTcp::Impl {
 public:
  Impl(EventLoop& loop, base::PacketPool& pool, Owner& owner, const FramedTcpOptions& options)
      : loop_(loop),
        pool_(pool),
        owner_(owner),
        options_(options),
        sweep_(loop, [this] { Sweep(); }),
        turn_end_(loop.OnTurnEnd([this] { EndTurn(); }, TurnPhase::kFlush)) {}

  base::Status Listen(const base::SocketAddress& address) {
    auto listener = Listener::Open(loop_, "TCP", address,
                                   [this](UniqueFd fd, const base::SocketAddress& remote) {
                                     OnAccepted(std::move(fd), remote);
                                   });
    if (!listener) return listener.error();
    listener_ = std::move(*listener);
    return {};
  }

  void Prove(const base::Path& path) {
    if (FramedConnection* connection = Find(path)) connection->proven = true;
  }

  void Close(const base::Path& path) {
    FramedConnection* connection = Find(path);
    if (!connection || std::exchange(connection->closing, true)) return;
    closing_.push_back(path);
  }

  std::span<uint8_t> Begin(const base::Path& path, size_t capacity) {
    writing_ = Find(path);
    if (!writing_) {
      ++counters_.dropped_no_connection;
      return {};
    }
    const std::span<uint8_t> room = writing_->Begin(capacity);
    if (room.empty()) writing_ = nullptr;
    return room;
  }

  void Commit(size_t size) {
    if (!writing_) return;
    writing_->Commit(size);
    if (size > 0 && !std::exchange(writing_->dirty, true)) written_.push_back(writing_->path());
    writing_ = nullptr;
  }

  const base::SocketAddress& local() const { return listener_->local(); }
  const FramedTcpCounters& counters() const { return counters_; }
  size_t open_connections() const { return connections_.size(); }

 private:
  FramedConnection* Find(const base::Path& path) {
    const auto found = connections_.find(path);
    return found == connections_.end() ? nullptr : found->second.get();
  }

  void OnAccepted(UniqueFd fd, const base::SocketAddress& remote) {
    if (connections_.size() >= options_.max_connections) {
      ++counters_.refused_full;
      return;
    }
    MakeRoomForUnproven();
    ++counters_.accepted;
    const base::Path path{LocalOf(fd.get(), local()), remote, base::TransportProtocol::kTcp};
    auto connection =
        std::make_unique<FramedConnection>(loop_, std::move(fd), path, options_, counters_);
    connection->watch().OnReadable([this, &connection = *connection] { OnReadable(connection); });
    connections_[path] = std::move(connection);
    if (sweep_.deadline() == base::kNever) sweep_.Set(loop_.Now() + kSweepEvery);
  }

  void MakeRoomForUnproven() {
    size_t unproven = 0;
    FramedConnection* oldest = nullptr;
    for (const auto& [path, connection] : connections_) {
      if (connection->proven) continue;
      ++unproven;
      if (!oldest || connection->opened < oldest->opened) oldest = connection.get();
    }
    if (unproven < options_.max_unproven) return;
    ++counters_.closed_unproven;
    End(*oldest);
  }

  void OnReadable(FramedConnection& connection) {
    frames_.clear();
    const bool open = connection.Read(pool_, frames_);
    if (!frames_.empty() && !connection.admitted) {
      connection.admitted = owner_.Admit(frames_.front().buffer.view());
      if (!connection.admitted) {
        ++counters_.closed_stranger;
        return End(connection);
      }
    }
    if (!frames_.empty() && !connection.closing) owner_.OnDatagrams(frames_);
    if (!open) End(connection);
  }

  /// Closes now, and tells the owner unless it said so itself.
  void End(FramedConnection& connection) {
    const base::Path path = connection.path();
    const bool tell = connection.admitted && !connection.closing;
    connections_.erase(path);
    if (tell) owner_.OnConnectionClosed(path);
  }

  void Sweep() {
    const base::Time now = loop_.Now();
    std::vector<FramedConnection*> ended;
    for (const auto& [path, connection] : connections_) {
      const bool unproven =
          !connection->proven && now >= connection->opened + options_.prove_timeout;
      const bool idle = now >= connection->heard + options_.idle_timeout;
      if (!unproven && !idle) continue;
      ++(unproven ? counters_.closed_unproven : counters_.closed_idle);
      ended.push_back(connection.get());
    }
    for (FramedConnection* connection : ended) End(*connection);
    sweep_.Set(connections_.empty() ? base::kNever : now + kSweepEvery);
  }

  void EndTurn() {
    for (const base::Path& path : written_) {
      FramedConnection* connection = Find(path);
      if (!connection) continue;
      connection->dirty = false;
      connection->Flush();
    }
    written_.clear();
    for (const base::Path& path : closing_)
      if (FramedConnection* connection = Find(path)) End(*connection);
    closing_.clear();
  }

  EventLoop& loop_;
  base::PacketPool& pool_;
  Owner& owner_;
  const FramedTcpOptions options_;
  FramedTcpCounters counters_;
  std::unordered_map<base::Path, std::unique_ptr<FramedConnection>> connections_;
  std::vector<ReceivedDatagram> frames_;  ///< of the read in progress
  FramedConnection* writing_ = nullptr;
  std::vector<base::Path> written_;  ///< since the last flush
  std::vector<base::Path> closing_;
  std::unique_ptr<Listener> listener_;
  Timer sweep_;
  TurnEndHook turn_end_;
};

base::Result<std::unique_ptr<FramedTcp>> FramedTcp::Listen(EventLoop& loop,
                                                           const base::SocketAddress& address,
                                                           base::PacketPool& pool, Owner& owner,
                                                           const FramedTcpOptions& options) {
  auto impl = std::make_unique<Impl>(loop, pool, owner, options);
  if (auto status = impl->Listen(address); !status) return status.error();
  return std::unique_ptr<FramedTcp>(new FramedTcp(std::move(impl)));
}

FramedTcp::FramedTcp(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
FramedTcp::~FramedTcp() = default;

void FramedTcp::Prove(const base::Path& path) { impl_->Prove(path); }
void FramedTcp::Close(const base::Path& path) { impl_->Close(path); }
std::span<uint8_t> FramedTcp::Begin(const base::Path& path, size_t capacity) {
  return impl_->Begin(path, capacity);
}
void FramedTcp::Commit(size_t size) { impl_->Commit(size); }
const base::SocketAddress& FramedTcp::local() const { return impl_->local(); }
const FramedTcpCounters& FramedTcp::counters() const { return impl_->counters(); }
size_t FramedTcp::open_connections() const { return impl_->open_connections(); }

}  // namespace plaza::net
