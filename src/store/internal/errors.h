// What SQLite says, as our errors.
#pragma once

#include "base/result.h"

namespace SQLite {  // NOLINT(readability-identifier-naming): the library's own
class Exception;
}

namespace plaza::store {

base::Error ErrorFrom(const SQLite::Exception& exception);

}  // namespace plaza::store
