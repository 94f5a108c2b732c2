// What members say to each other.
#include "room/room.h"
#include "signal/codes.h"

namespace plaza::room {
namespace {

base::Error TooMuch(const char* field, const std::string& message) {
  return {base::ErrorKind::kResourceExhausted, message, field, signal::code::kTooManyRequests};
}

}  // namespace

base::Status Room::AllowMessage(Member& from, size_t bytes) {
  const base::Time now = parts_.clock.Now();
  if (!from.budget) from.budget.emplace(from.limits, now);
  const auto size = static_cast<double>(bytes);
  const auto receivers = static_cast<double>(members_.size() - 1);
  if (!from.budget->messages.Has(1, now))
    return TooMuch("", "at most " + std::to_string(from.limits.messages_per_second) +
                           " messages may be sent in a second");
  if (!from.budget->bytes.Has(size, now))
    return TooMuch("data", "at most " + std::to_string(from.limits.message_bytes_per_second) +
                               " bytes may be sent in a second");
  if (!deliveries_.Take(receivers, now))
    return TooMuch("", "the room has too many members for so many messages");
  from.budget->messages.Take(1, now);
  from.budget->bytes.Take(size, now);
  return {};
}

void Room::Deliver(const Member& from, const SentMessage& message) {
  for (const auto& [id, member] : members_)
    if (member.get() != &from) member->observer->OnMessage(message);
}

}  // namespace plaza::room
