#include "store/internal/errors.h"

#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

namespace plaza::store {

base::Error ErrorFrom(const SQLite::Exception& exception) {
  using base::ErrorKind;
  ErrorKind kind = ErrorKind::kInternal;
  switch (exception.getErrorCode()) {
    case SQLITE_CONSTRAINT:
      kind = exception.getExtendedErrorCode() == SQLITE_CONSTRAINT_FOREIGNKEY
                 ? ErrorKind::kNotFound
                 : ErrorKind::kAlreadyExists;
      break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
      kind = ErrorKind::kUnavailable;
      break;
    default:
      break;
  }
  return {kind, exception.what(), "", 0};
}

}  // namespace plaza::store
