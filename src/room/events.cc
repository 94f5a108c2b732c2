#include "room/events.h"

namespace plaza::room {

EventBus::Subscription EventBus::Subscribe(Handler handler) {
  const uint64_t id = handlers_->next++;
  handlers_->by_id.emplace(id, std::move(handler));
  return Subscription([handlers = std::weak_ptr(handlers_), id] {
    if (auto alive = handlers.lock()) alive->by_id.erase(id);
  });
}

void EventBus::Publish(const Event& event) {
  for (const auto& [id, handler] : handlers_->by_id) handler(event);
}

}  // namespace plaza::room
