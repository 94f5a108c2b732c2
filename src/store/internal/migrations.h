// The tables, as numbered steps that are applied once each and never changed afterwards.
#pragma once

#include <span>

#include "base/result.h"
#include "store/internal/database.h"

namespace plaza::store {

/// What PRAGMA application_id says in our SQLite files.
inline constexpr int kSqliteApplicationId = 0x506c617a;

/// Brings the database to this version, in one transaction. kFailedPrecondition if it is not ours
/// or newer.
base::Status MigrateSqlite(Database& database);
base::Status MigratePostgres(Database& database);

}  // namespace plaza::store
