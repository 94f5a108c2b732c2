// A call in which everything happens by chance.
#pragma once

#include <string>
#include <vector>

#include "harness/call.h"

namespace plaza::sim {

class Scenario {
 public:
  /// `real_dtls` as in CallOptions.
  explicit Scenario(uint64_t seed, bool real_dtls = false);

  /// Random acts for some time, then quiet on a perfect network, then everybody leaves. Gives what
  /// was wrong.
  std::vector<std::string> Run();
  /// What happened, a line each.
  const std::vector<std::string>& log() const { return log_; }

 private:
  void Act();
  void Join();
  void Leave(Client& client);
  void Watch(Client& client);
  void ChangeTracks(Client& client);
  void ChangeNetwork(Client& client);
  void Reconnect(Client& client);
  void FreezeWorker();
  void Settle();
  void CheckHandshakes();
  void CheckFlow();
  void CheckFlowOf(const Client& client, const Client& source, const ClientWish& wish, bool audio);
  netsim::LinkConditions RandomConditions();
  std::vector<Client*> Present();
  void Note(const std::string& what);
  void Note(const Client& client, const std::string& what);
  void Complain(const Client& client, const std::string& what);

  Call call_;
  bool lossless_;  // nothing is lost in the whole run
  bool long_;
  uint32_t last_number_ = 0;
  std::vector<std::string> log_;
  std::vector<std::string> violations_;
};

}  // namespace plaza::sim
