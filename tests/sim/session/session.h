// A server and those who meet on it, over simulated networks; and what must hold of what they see
// and hear.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/world.h"
#include "session/member.h"
#include "session/server.h"

namespace plaza::sim {

class Session {
 public:
  Session(uint64_t seed, const ServerOptions& options);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Member& Enter(const MemberOptions& options);
  /// The server dies, and begins its next life after `down`. `drain`: it says so before.
  void Restart(bool drain, base::Duration down);

  std::vector<Member*> Present();
  /// Of a member's room; null if the room is not open or the member not in it.
  const room::Member* Find(const Member& member);
  const room::Room* RoomOf(const Member& member);

  /// Everybody who is not over is in their room and has heard every event that was for them once
  /// and in order, and nobody else is there.
  void CheckRooms();
  /// What members noticed; once, at the end.
  void CollectViolations();

  World world;
  std::map<uint32_t, std::unique_ptr<Member>> members;  ///< by number; those that left, too
  Server server;
  /// What should never have happened.
  std::vector<std::string> violations;

 private:
  struct Logged {
    uint64_t room;
    room::EventNumber number;
    std::string about;
    std::string text;  // as members hear it; empty if they don't
    base::Time at;
  };

  uint32_t NumberOf(room::PeerId peer);
  void Log(const room::Event& event);
  void Check(const Member& member, const rtp::Packet& packet, uint32_t source, base::Time sent);
  void CheckEvents(const Member& member);
  void Complain(const Member& member, const std::string& what);

  std::vector<Logged> log_;
};

}  // namespace plaza::sim
