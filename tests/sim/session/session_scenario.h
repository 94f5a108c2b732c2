// A day at the server in which everything happens by chance.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "session/session.h"

namespace plaza::sim {

class SessionScenario {
 public:
  explicit SessionScenario(uint64_t seed);

  /// Random acts for some time, then all is well, then everybody leaves. Gives what was wrong.
  std::vector<std::string> Run();
  /// What happened, a line each.
  const std::vector<std::string>& log() const { return log_; }

 private:
  void Act();
  void Enter();
  void Leave(Member& member);
  void Watch(Member& member);
  void ChangeTracks(Member& member);
  void ChangeRole(Member& member);
  void DisturbSignalling(Member& member);
  void DisturbMedia(Member& member);
  void DisturbServer();
  void Heal();
  void CheckFlow();
  void CheckFlowOf(Member& member, const Member& source, const client::SourceStatistics& before);
  netsim::LinkConditions RandomConditions();
  void Note(const std::string& what);
  void Note(const Member& member, const std::string& what);

  uint64_t seed_;
  Session session_;
  uint32_t last_number_ = 0;
  std::vector<std::string> log_;
};

}  // namespace plaza::sim
