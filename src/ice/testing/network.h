// A network of agents with a clock of its own: loss, delay, reordering, duplication by seed,
// address translation, and cuts. For tests of whole ICE sessions.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <queue>
#include <vector>

#include "base/random.h"
#include "ice/agent.h"
#include "ice/testing/fixtures.h"

namespace plaza::ice {

struct LinkConditions {
  double loss = 0;
  double duplication = 0;
  base::Duration delay = std::chrono::milliseconds(10);
  base::Duration jitter{};  ///< added uniformly, so that datagrams overtake each other
};

class Network {
 public:
  explicit Network(uint64_t seed, const LinkConditions& conditions = {})
      : random_(seed), conditions_(conditions) {}

  base::Time now() const { return now_; }
  LinkConditions& conditions() { return conditions_; }

  /// Datagrams for `address` go to `agent`; null takes the address away.
  void Attach(const base::SocketAddress& address, Agent* agent) {
    owners_[address] = agent;
    if (agent != nullptr && std::ranges::count(agents_, agent) == 0) agents_.push_back(agent);
  }
  /// What `inside` sends seems to come from `outside`, and what is sent there comes to it.
  void Translate(const base::SocketAddress& inside, const base::SocketAddress& outside) {
    translations_[inside] = outside;
  }
  /// Loses what this says yes to; its arguments are seen from outside of address translation.
  void Block(
      std::function<bool(const base::SocketAddress& from, const base::SocketAddress& to)> b) {
    blocked_ = std::move(b);
  }

  /// Lets time pass.
  void Run(base::Duration span) {
    const base::Time end = now_ + span;
    RunUntil([] { return false; }, end);
    now_ = end;
  }
  /// Lets time pass until `done`, at most `limit`; whether it was done.
  bool RunUntil(const std::function<bool()>& done, base::Duration limit) {
    return RunUntil(done, now_ + limit);
  }

  /// What went over the network, lost or not.
  std::vector<std::pair<base::Time, Datagram>> sent;

 private:
  struct Flight {
    base::Time arrival;
    uint64_t number;
    base::SocketAddress to;
    base::SocketAddress from;
    base::Bytes bytes;
    bool operator>(const Flight& other) const {
      return std::tie(arrival, number) > std::tie(other.arrival, other.number);
    }
  };

  bool RunUntil(const std::function<bool()>& done, base::Time end) {
    int turns_without_time = 0;
    while (!done()) {
      base::Time next = flights_.empty() ? base::kNever : flights_.top().arrival;
      for (const Agent* agent : agents_) next = std::min(next, agent->NextDeadline());
      if (next > end) return false;
      turns_without_time = next > now_ ? 0 : turns_without_time + 1;
      if (turns_without_time > 1000) {
        ADD_FAILURE() << "an agent's deadline does not move on";
        return false;
      }
      now_ = std::max(now_, next);
      Turn();
    }
    return true;
  }

  void Turn() {
    KeepingSink sink;
    while (!flights_.empty() && flights_.top().arrival <= now_) {
      const Flight flight = flights_.top();
      flights_.pop();
      const auto owner = owners_.find(flight.to);
      if (owner == owners_.end() || owner->second == nullptr) continue;
      const base::Path path{flight.to, flight.from, base::TransportProtocol::kUdp};
      owner->second->HandleStun(flight.bytes, path, now_, sink);
    }
    for (Agent* agent : agents_)
      if (agent->NextDeadline() <= now_) agent->HandleTimeout(now_, sink);
    for (Datagram& datagram : sink.sent) Carry(std::move(datagram));
  }

  void Carry(Datagram datagram) {
    sent.emplace_back(now_, datagram);
    const auto outside = translations_.find(datagram.path.local);
    const base::SocketAddress from =
        outside == translations_.end() ? datagram.path.local : outside->second;
    base::SocketAddress to = datagram.path.remote;
    if ((blocked_ && blocked_(from, to)) || random_.Unit() < conditions_.loss) return;
    for (const auto& [inside, translated] : translations_)
      if (translated == to) to = inside;
    const int copies = random_.Unit() < conditions_.duplication ? 2 : 1;
    for (int i = 0; i < copies; ++i) {
      const auto jitter =
          base::Duration(random_.Below(static_cast<uint64_t>(conditions_.jitter.count()) + 1));
      flights_.push({now_ + conditions_.delay + jitter, ++count_, to, from, datagram.bytes});
    }
  }

  base::Time now_{std::chrono::seconds(1000)};
  base::SeededRandom random_;
  LinkConditions conditions_;
  std::map<base::SocketAddress, Agent*> owners_;
  std::map<base::SocketAddress, base::SocketAddress> translations_;
  std::function<bool(const base::SocketAddress&, const base::SocketAddress&)> blocked_;
  std::vector<Agent*> agents_;
  std::priority_queue<Flight, std::vector<Flight>, std::greater<>> flights_;
  uint64_t count_ = 0;
};

}  // namespace plaza::ice
