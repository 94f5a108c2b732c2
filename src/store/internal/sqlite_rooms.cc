#include <SQLiteCpp/SQLiteCpp.h>

#include "store/internal/sqlite_rows.h"

namespace plaza::store {
namespace {

uint64_t NextEpoch(SQLite::Database& database) {
  SQLite::Statement next(
      database, "UPDATE counters SET value = value + 1 WHERE name = 'room_epoch' RETURNING value");
  next.executeStep();
  return static_cast<uint64_t>(next.getColumn(0).getInt64());
}

base::Result<uint64_t> Insert(SQLite::Database& database, const RoomRow& row) {
  const uint64_t epoch = NextEpoch(database);
  SQLite::Statement insert(database, "INSERT OR REPLACE INTO rooms VALUES (?, ?, ?, ?, ?)");
  insert.bind(1, row.app);
  insert.bind(2, row.room);
  insert.bind(3, row.scene);
  insert.bind(4, static_cast<int64_t>(epoch));
  insert.bind(5, row.opened_ms);
  insert.exec();
  return epoch;
}

base::Status Delete(SQLite::Database& database, uint32_t app, const std::string& room,
                    uint64_t epoch) {
  SQLite::Statement remove(database, "DELETE FROM rooms WHERE app = ? AND room = ? AND epoch = ?");
  remove.bind(1, app);
  remove.bind(2, room);
  remove.bind(3, static_cast<int64_t>(epoch));
  remove.exec();
  return {};
}

std::vector<RoomRow> Select(SQLite::Database& database) {
  std::vector<RoomRow> rows;
  SQLite::Statement rooms(database,
                          "SELECT app, room, scene, epoch, opened_ms FROM rooms ORDER BY epoch");
  while (rooms.executeStep())
    rows.push_back({rooms.getColumn(0).getUInt(), rooms.getColumn(1).getString(),
                    rooms.getColumn(2).getString(),
                    static_cast<uint64_t>(rooms.getColumn(3).getInt64()),
                    rooms.getColumn(4).getInt64()});
  return rows;
}

}  // namespace

void SqliteRooms::Open(RoomRow row, Done<uint64_t> done) {
  writer_.Submit<uint64_t>(
      [row = std::move(row)](SQLite::Database& database) { return Insert(database, row); },
      std::move(done));
}

void SqliteRooms::Close(uint32_t app, std::string room, uint64_t epoch, Done<void> done) {
  writer_.Submit<void>(
      [app, room = std::move(room), epoch](SQLite::Database& database) {
        return Delete(database, app, room, epoch);
      },
      std::move(done));
}

void SqliteRooms::Living(Done<std::vector<RoomRow>> done) {
  reader_.Submit<std::vector<RoomRow>>(Select, std::move(done));
}

}  // namespace plaza::store
