// The store in one SQLite file.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "store/store.h"

namespace plaza::store {

/// Opens or creates the file and brings its tables to this version. Several processes may have it
/// open. Fails with a line for the operator if the folder can't be written, the file is no database
/// of ours, or it was written by a newer version (kFailedPrecondition). Blocks while it does so.
base::Result<std::unique_ptr<Store>> OpenSqlite(const std::string& path, Executor executor);

}  // namespace plaza::store
