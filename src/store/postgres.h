// The store in a PostgreSQL database.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "store/store.h"

namespace plaza::store {

/// Connects to "postgresql://user:password@host:port/database" and brings the tables, in the schema
/// `plaza`, to this version. Several servers may share the database. Calls that find it gone wait
/// up to 10 s for it to come back, then fail with kUnavailable. Fails with a line for the operator,
/// without the password. Blocks while it does so.
base::Result<std::unique_ptr<Store>> OpenPostgres(const std::string& url, Executor executor);

/// The URL without its password, for logs.
std::string WithoutPassword(const std::string& url);

}  // namespace plaza::store
