#include "store/internal/repositories.h"

namespace plaza::store {
namespace {

base::Result<uint64_t> Insert(Database& database, const RoomRow& row) {
  const auto next = database.Execute(
      "UPDATE counters SET value = value + 1 WHERE name = 'room_epoch' RETURNING value");
  if (!next) return next.error();
  const int64_t epoch = next->front().Int(0);
  if (auto inserted = database.Run(
          "INSERT INTO rooms VALUES ($1, $2, $3, $4, $5) ON CONFLICT (app, room) DO UPDATE SET "
          "scene = excluded.scene, epoch = excluded.epoch, opened_ms = excluded.opened_ms",
          {int64_t{row.app}, row.room, row.scene, epoch, row.opened_ms});
      !inserted)
    return inserted.error();
  return static_cast<uint64_t>(epoch);
}

base::Result<std::vector<RoomRow>> Select(Database& database) {
  const auto rooms =
      database.Execute("SELECT app, room, scene, epoch, opened_ms FROM rooms ORDER BY epoch");
  if (!rooms) return rooms.error();
  std::vector<RoomRow> rows;
  rows.reserve(rooms->size());
  for (const Row& room : *rooms)
    rows.push_back({static_cast<uint32_t>(room.Int(0)), room.Text(1), room.Text(2),
                    static_cast<uint64_t>(room.Int(3)), room.Int(4)});
  return rows;
}

}  // namespace

void SqlRooms::Open(RoomRow row, Done<uint64_t> done) {
  writer_.Submit<uint64_t>(
      [row = std::move(row)](Database& database) { return Insert(database, row); },
      std::move(done));
}

void SqlRooms::Close(uint32_t app, std::string room, uint64_t epoch, Done<void> done) {
  writer_.Submit<void>(
      [app, room = std::move(room), epoch](Database& database) {
        return database.Run("DELETE FROM rooms WHERE app = $1 AND room = $2 AND epoch = $3",
                            {int64_t{app}, room, static_cast<int64_t>(epoch)});
      },
      std::move(done));
}

void SqlRooms::Living(Done<std::vector<RoomRow>> done) {
  reader_.Submit<std::vector<RoomRow>>(Select, std::move(done));
}

}  // namespace plaza::store
