#include "session/session.h"

#include <algorithm>
#include <utility>

#include "room/session/to_signal.h"
#include "signal/codec.h"

namespace plaza::sim {
namespace {

/// What was said so lately may not have been heard yet.
constexpr base::Duration kUnderWay = std::chrono::seconds(1);

}  // namespace

Session::Session(uint64_t seed, const ServerOptions& options)
    : world(seed),
      server(
          world, options, [this](room::PeerId peer) { return NumberOf(peer); },
          [this](base::ByteView datagram, const base::Path& path) {
            // The last two bytes of an address are the member's number.
            const auto& ip = path.remote.ip.bytes();
            const auto member = members.find(ip[14] * 256u + ip[15]);
            if (member != members.end()) member->second->wire().SendDown(datagram, path);
          },
          [this](const room::Event& event) { Log(event); }) {
  server.Start();
  world.Run(std::chrono::milliseconds(1));
}

uint32_t Session::NumberOf(room::PeerId peer) {
  uint32_t number = 0;
  server.service().directory().ForEach([&](const room::Room& room) {
    for (const auto& [id, member] : room.members())
      if (member->peer == peer) number = sim::NumberOf(member->user.value());
  });
  return number;
}

Member& Session::Enter(const MemberOptions& options) {
  auto member = std::make_unique<Member>(
      world, options, server.UserSigOf(UserOf(options.number)), [this] { return server.door(); },
      [this](const Member& to, const rtp::Packet& packet, std::optional<uint32_t> source,
             base::Time sent) {
        if (source) Check(to, packet, *source, sent);
      });
  Member& entered = *(members[options.number] = std::move(member));
  entered.wire().SetServer([this](base::ByteView datagram, const base::Path& path, base::Time) {
    server.OnDatagram(datagram, path);
  });
  entered.Enter();
  return entered;
}

void Session::Restart(bool drain, base::Duration down) {
  if (!server.running()) return;
  if (drain) server.service().Drain();
  world.Run(drain ? std::chrono::milliseconds(50) : std::chrono::milliseconds(0));
  server.Crash();
  for (const auto& [number, member] : members) member->signalling().OnServerGone();
  world.Run(down);
  server.Start();
}

std::vector<Member*> Session::Present() {
  std::vector<Member*> present;
  for (const auto& [number, member] : members)
    if (!member->over()) present.push_back(member.get());
  return present;
}

const room::Room* Session::RoomOf(const Member& member) {
  return server.service().directory().Find(
      {Server::kApp, *room::RoomName::Number(member.options().room)});
}

const room::Member* Session::Find(const Member& member) {
  const room::Room* room = RoomOf(member);
  return room ? room->Find(room::UserId(UserOf(member.number()))) : nullptr;
}

void Session::Complain(const Member& member, const std::string& what) {
  violations.push_back("member " + std::to_string(member.number()) + ": " + what);
}

void Session::Log(const room::Event& event) {
  Logged logged{event.room.room.number(), event.number, "", "", world.now()};
  const auto visible = [&](room::Role role) {
    return event.scene == room::Scene::kRtc || role == room::Role::kAnchor;
  };
  bool seen = true;
  std::visit(
      [&](const auto& body) {
        using Body = std::decay_t<decltype(body)>;
        if constexpr (requires { body.user; }) logged.about = body.user.value();
        if constexpr (requires { body.role; })
          seen = std::is_same_v<Body, room::MemberRoleChanged> || visible(body.role);
      },
      event.body);
  if (const auto message = room::ToSignal(event); message && seen)
    logged.text = signal::Serialize(*message);
  log_.push_back(std::move(logged));
}

void Session::Check(const Member& member, const rtp::Packet& packet, uint32_t source,
                    base::Time sent) {
  if (server.book().Allows(packet.header.ssrc, source, sent, server.MostLate(sent))) return;
  Complain(member, std::string(packet.codec == rtp::Codec::kOpus ? "audio" : "video") +
                       " of member " + std::to_string(source) + ", who is not in the slot");
}

void Session::CheckRooms() {
  for (Member* member : Present()) {
    if (!Find(*member)) {
      Complain(*member, "is not in its room");
      continue;
    }
    CheckEvents(*member);
  }
}

void Session::CheckEvents(const Member& member) {
  const std::vector<std::string>& heard = member.events();
  std::vector<std::string> expected;
  for (const Logged& logged : log_) {
    const bool for_member = logged.room == member.options().room &&
                            logged.number > member.snapshot() &&
                            logged.about != UserOf(member.number()) && !logged.text.empty();
    const bool under_way = logged.at + kUnderWay > world.now() && heard.size() <= expected.size();
    if (for_member && !under_way) expected.push_back(logged.text);
  }
  if (heard == expected) return;
  Complain(member, "heard " + std::to_string(heard.size()) + " events of " +
                       std::to_string(expected.size()) + ", or others");
}

void Session::CollectViolations() {
  for (const auto& [number, member] : members)
    for (const std::string& violation : member->violations()) Complain(*member, violation);
  if (server.book().strangers > 0) violations.push_back("slots were given to nobody who is there");
}

}  // namespace plaza::sim
