// The tables, as numbered steps that are applied once each and never changed afterwards.
#pragma once

#include "base/result.h"

namespace SQLite {  // NOLINT(readability-identifier-naming): the library's own
class Database;
}

namespace plaza::store {

/// What PRAGMA application_id says in our files.
inline constexpr int kSqliteApplicationId = 0x506c617a;

/// Brings the file to this version, in one transaction. kFailedPrecondition if it is not ours or
/// newer.
base::Status Migrate(SQLite::Database& database);

}  // namespace plaza::store
