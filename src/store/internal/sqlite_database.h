// A SQLite file as a Database.
#pragma once

#include <memory>
#include <string>

#include "store/internal/database.h"

namespace plaza::store {

/// Opens a file that exists.
base::Result<std::unique_ptr<Database>> ConnectSqlite(const std::string& path);

}  // namespace plaza::store
