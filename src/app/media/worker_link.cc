#include "app/media/worker_link.h"

namespace plaza::app {

WorkerLink::WorkerLink(std::function<void()> wake, base::Counter& dropped)
    : wake_(std::move(wake)), dropped_(dropped) {}

void WorkerLink::SendPacket(const sfu::TrackId& track, uint8_t encoding,
                            const sfu::MediaPacket& packet) {
  Push({track, Packet{encoding, packet}});
}

void WorkerLink::SendClock(const sfu::TrackId& track, uint8_t encoding,
                           const sfu::ClockReference& clock) {
  Push({track, Clock{encoding, clock}});
}

void WorkerLink::SendStatus(const sfu::TrackId& track, const sfu::RelayStatus& status) {
  Push({track, status});
}

void WorkerLink::SendWanted(const sfu::TrackId& track, sfu::EncodingMask encodings) {
  Push({track, Wanted{encodings}});
}

void WorkerLink::SendKeyframeRequest(const sfu::TrackId& track, uint8_t encoding) {
  Push({track, KeyframeRequest{encoding}});
}

void WorkerLink::Push(Message message) {
  // Packets may only fill the ring so far that what steers them still finds a place.
  const bool packet = std::holds_alternative<Packet>(message.body);
  if (packet && queued() >= kCapacity - kReserved) return dropped_.Add();
  if (!ring_.Push(std::move(message))) return dropped_.Add();
  pushed_ = true;
}

void WorkerLink::Flush() {
  if (!std::exchange(pushed_, false)) return;
  wake_();
}

void WorkerLink::Deliver(sfu::Graph& graph, sfu::LinkId link, base::Time now) {
  // One turn's worth: a flood from one link does not starve the rest of the loop.
  for (size_t n = 0; n < kCapacity; ++n) {
    const auto message = ring_.Pop();
    if (!message) return;
    const sfu::TrackId& track = message->track;
    if (const auto* packet = std::get_if<Packet>(&message->body)) {
      graph.OnRelayPacket(link, track, packet->encoding, packet->packet);
    } else if (const auto* clock = std::get_if<Clock>(&message->body)) {
      graph.OnRelayClock(link, track, clock->encoding, clock->clock);
    } else if (const auto* status = std::get_if<sfu::RelayStatus>(&message->body)) {
      graph.OnRelayStatus(link, track, *status, now);
    } else if (const auto* wanted = std::get_if<Wanted>(&message->body)) {
      graph.OnRelayWanted(link, track, wanted->encodings, now);
    } else {
      graph.OnRelayKeyframeRequest(link, track, std::get<KeyframeRequest>(message->body).encoding,
                                   now);
    }
  }
}

}  // namespace plaza::app
