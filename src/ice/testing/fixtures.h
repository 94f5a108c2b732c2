// What the tests of both agents share: a sink that keeps datagrams, an observer that keeps events.
#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/socket_address.h"
#include "ice/agent.h"

namespace plaza::ice {

inline base::SocketAddress Address(const char* text) { return *base::SocketAddress::Parse(text); }
inline base::Path MakePath(const char* local, const char* remote) {
  return {Address(local), Address(remote), base::TransportProtocol::kUdp};
}

struct Datagram {
  base::Path path;
  base::Bytes bytes;
};

class KeepingSink final : public base::DatagramSink {
 public:
  std::span<uint8_t> Begin(const base::Path& path, size_t capacity) override {
    open_ = {path, base::Bytes(capacity)};
    return open_.bytes;
  }
  void Commit(size_t size) override {
    open_.bytes.resize(size);
    if (size > 0) sent.push_back(std::move(open_));
  }
  /// What was sent since the last call.
  std::vector<Datagram> Take() { return std::exchange(sent, {}); }

  std::vector<Datagram> sent;

 private:
  Datagram open_;
};

class KeepingObserver final : public AgentObserver {
 public:
  void OnIcePathAdded(const base::Path& path) override { paths.push_back(path); }
  void OnIcePathRemoved(const base::Path& path) override { std::erase(paths, path); }
  void OnIcePathSelected(const base::Path& path) override { selections.push_back(path); }
  void OnIceStateChanged(AgentState state) override { states.push_back(state); }

  std::vector<base::Path> paths;  ///< those alive
  std::vector<base::Path> selections;
  std::vector<AgentState> states;
};

}  // namespace plaza::ice
