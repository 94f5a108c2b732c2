#include "store/internal/sqlite_database.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <utility>

namespace plaza::store {
namespace {

/// How long to wait for another process (a command beside the server) that is writing.
constexpr int kBusyTimeoutMs = 10'000;

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

void Bind(SQLite::Statement& statement, int index, const Value& value) {
  if (const auto* number = std::get_if<int64_t>(&value)) {
    statement.bind(index, *number);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    statement.bind(index, *text);
  } else if (const auto* blob = std::get_if<base::Bytes>(&value)) {
    statement.bind(index, blob->data(), static_cast<int>(blob->size()));
  } else {
    statement.bind(index);
  }
}

Value ValueOf(const SQLite::Column& column) {
  if (column.isNull()) return std::monostate();
  if (column.isInteger()) return column.getInt64();
  if (!column.isBlob()) return column.getString();
  const auto* bytes = static_cast<const uint8_t*>(column.getBlob());
  return base::Bytes(bytes, bytes + column.getBytes());
}

class SqliteDatabase final : public Database {
 public:
  explicit SqliteDatabase(const std::string& path)
      : database_(path, SQLite::OPEN_READWRITE, kBusyTimeoutMs) {
    database_.exec("PRAGMA foreign_keys = ON");
    // What was confirmed must last through a loss of power: the log is synced at every commit.
    // Group commit shares the cost.
    database_.exec("PRAGMA synchronous = FULL");
  }

  base::Result<Table> Execute(std::string_view sql, const std::vector<Value>& parameters) override {
    try {
      SQLite::Statement statement(database_, std::string(sql));
      int index = 0;
      for (const Value& value : parameters) Bind(statement, ++index, value);
      Table table;
      while (statement.executeStep()) {
        std::vector<Value> cells;
        cells.reserve(static_cast<size_t>(statement.getColumnCount()));
        for (int i = 0; i < statement.getColumnCount(); ++i)
          cells.push_back(ValueOf(statement.getColumn(i)));
        table.emplace_back(std::move(cells));
      }
      return table;
    } catch (const SQLite::Exception& e) {
      return ErrorFrom(e);
    }
  }

  base::Status Script(const std::string& sql) override {
    try {
      database_.exec(sql);
      return {};
    } catch (const SQLite::Exception& e) {
      return ErrorFrom(e);
    }
  }

  base::Status Begin(Access access) override {
    return Run(access == Access::kWrite ? "BEGIN IMMEDIATE" : "BEGIN");
  }

  bool lost() const override { return false; }
  base::Status Reconnect() override { return {}; }

 private:
  SQLite::Database database_;
};

}  // namespace

base::Result<std::unique_ptr<Database>> ConnectSqlite(const std::string& path) {
  try {
    return std::unique_ptr<Database>(std::make_unique<SqliteDatabase>(path));
  } catch (const SQLite::Exception& e) {
    return ErrorFrom(e);
  }
}

}  // namespace plaza::store
