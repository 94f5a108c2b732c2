// One connection to a database, whichever it is, as the worker and the repositories see it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace plaza::store {

/// A cell or a parameter. std::monostate is NULL.
using Value = std::variant<std::monostate, int64_t, std::string, base::Bytes>;

/// One row of a result. Reading a cell as what it is not is a bug.
class Row {
 public:
  explicit Row(std::vector<Value> cells) : cells_(std::move(cells)) {}
  bool IsNull(size_t column) const { return cells_.at(column).index() == 0; }
  int64_t Int(size_t column) const { return std::get<int64_t>(cells_.at(column)); }
  const std::string& Text(size_t column) const { return std::get<std::string>(cells_.at(column)); }
  const base::Bytes& Blob(size_t column) const { return std::get<base::Bytes>(cells_.at(column)); }

 private:
  std::vector<Value> cells_;
};
using Table = std::vector<Row>;

enum class Access { kRead, kWrite };

/// Used by one thread. Statements are what SQLite and PostgreSQL both take, with parameters $1, $2…
/// in this order. Errors: kAlreadyExists for a key that is taken, kNotFound for a row that another
/// one needs, kUnavailable for what may go well later.
class Database {
 public:
  virtual ~Database() = default;
  virtual base::Result<Table> Execute(std::string_view sql,
                                      const std::vector<Value>& parameters = {}) = 0;
  /// Several statements at once, without parameters.
  virtual base::Status Script(const std::string& sql) = 0;
  /// Begins a transaction; one that writes waits for all others that write.
  virtual base::Status Begin(Access access) = 0;
  /// The connection is broken: everything fails before Reconnect() was successful.
  virtual bool lost() const = 0;
  virtual base::Status Reconnect() = 0;

  base::Status Run(std::string_view sql, const std::vector<Value>& parameters = {}) {
    auto result = Execute(sql, parameters);
    return result ? base::Status() : base::Status(std::move(result).error());
  }
};

}  // namespace plaza::store
