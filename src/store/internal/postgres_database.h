// A PostgreSQL connection as a Database.
#pragma once

#include <memory>
#include <string>

#include "store/internal/database.h"

namespace plaza::store {

/// `url` is "postgresql://…". Works in the schema `plaza`.
base::Result<std::unique_ptr<Database>> ConnectPostgres(const std::string& url);

}  // namespace plaza::store
