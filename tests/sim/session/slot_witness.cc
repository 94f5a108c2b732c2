#include "session/slot_witness.h"

#include <utility>

#include "sdp/session_description.h"

namespace plaza::sim {

void SlotWitness::Offer(room::PeerId peer, room::OfferRequest request,
                        std::function<void(base::Result<room::OfferResult>)> done) {
  plane_.Offer(peer, std::move(request),
               [this, peer, done = std::move(done)](base::Result<room::OfferResult> result) {
                 if (result.ok()) {
                   NoteLines(peer, result->answer);
                   NoteSlots(peer, result->slots);
                 }
                 done(std::move(result));
               });
}

// The m-lines on which the server sends: those with an SSRC. The first is media, the other RTX.
void SlotWitness::NoteLines(room::PeerId peer, const std::string& answer) {
  const auto description = sdp::Parse(answer);
  if (!description.ok()) return;
  auto& lines = lines_[peer];
  lines.clear();
  for (const sdp::MediaSection& section : description->sections) {
    if (section.sources.empty()) continue;
    const auto& groups = section.source_groups;
    lines[section.mid] =
        groups.empty() ? section.sources.front().ssrc : groups.front().ssrcs.front();
  }
}

void SlotWitness::NoteSlots(room::PeerId peer, const std::vector<room::Slot>& slots) {
  const auto lines = lines_.find(peer);
  if (lines == lines_.end()) return;
  const auto note = [&](const std::string& mid, uint32_t source, bool on) {
    const auto line = lines->second.find(mid);
    if (line != lines->second.end()) book_.Note(line->second, on ? source : 0, on, world_.now());
  };
  for (const room::Slot& slot : slots) {
    const uint32_t source = slot.occupant ? number_of_(slot.occupant->peer) : 0;
    book_.strangers += slot.occupant && source == 0 ? 1 : 0;
    note(slot.audio_mid, source, slot.audio);
    note(slot.video_mid, source, slot.video);
  }
}

void SlotWitness::OnSlots(room::PeerId peer, const std::vector<room::Slot>& changed) {
  NoteSlots(peer, changed);
  observer_->OnSlots(peer, changed);
}

}  // namespace plaza::sim
