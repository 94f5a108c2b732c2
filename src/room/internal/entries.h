// Entries under way: the room is opened, media negotiated, and then the user let in.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>

#include "base/result.h"
#include "room/directory.h"
#include "room/entry.h"

namespace plaza::room {

class Entries {
 public:
  using Done = std::function<void(base::Result<Entered>)>;
  explicit Entries(Directory& directory) : directory_(directory) {}
  Entries(const Entries&) = delete;

  EntryId Begin(Entry entry, Done done);
  void Cancel(EntryId id);

 private:
  struct Pending {
    Entry entry;
    Done done;
    RoomLease lease;
    std::optional<PeerId> peer;
  };
  void OnRoom(EntryId id, base::Result<RoomLease> lease);
  void OnAnswer(EntryId id, base::Result<OfferResult> answer);
  base::Result<Tracks> Check(const Pending& pending) const;
  void LetIn(EntryId id, std::optional<OfferResult> media);
  void Fail(EntryId id, base::Error error);
  Pending Take(EntryId id);

  Directory& directory_;
  uint64_t next_entry_ = 1;
  uint64_t next_member_ = 1;
  std::unordered_map<EntryId, Pending> pending_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace plaza::room
