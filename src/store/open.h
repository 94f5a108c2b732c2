// The store that `store.url` names.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "store/store.h"

namespace plaza::store {

/// "sqlite:FILE", relative to `folder`, or "postgresql://…". Errors as those of OpenSqlite() and
/// OpenPostgres(); kInvalidArgument for another scheme.
base::Result<std::unique_ptr<Store>> OpenStore(const std::string& url, const std::string& folder,
                                               Executor executor);

}  // namespace plaza::store
