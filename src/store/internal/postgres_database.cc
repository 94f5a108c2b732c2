#include "store/internal/postgres_database.h"

#include <pqxx/pqxx>

#include <charconv>
#include <utility>

namespace plaza::store {
namespace {

/// Names the one lock that all who write take.
constexpr int64_t kWriterLock = 0x506c617a61;

// Types of result cells (pg_type.dat), as far as our tables have them.
constexpr pqxx::oid kBytea = 17, kInt8 = 20, kInt4 = 23;

/// A server that vanished without a word is noticed after some seconds, not hours.
constexpr char kPatience[] =
    "connect_timeout=5&keepalives_idle=5&keepalives_interval=2&keepalives_count=3&"
    "tcp_user_timeout=10000&application_name=plaza";

std::string WithPatience(const std::string& url) {
  return url + (url.find('?') == std::string::npos ? '?' : '&') + kPatience;
}

base::Error ErrorFrom(const pqxx::sql_error& e) {
  using base::ErrorKind;
  const std::string& state = e.sqlstate();
  ErrorKind kind = ErrorKind::kInternal;
  if (state == "23505") kind = ErrorKind::kAlreadyExists;
  if (state == "23503") kind = ErrorKind::kNotFound;
  // Connection, resources, operator intervention, serialization.
  for (const char* group : {"08", "53", "57", "40"})
    if (state.starts_with(group)) kind = ErrorKind::kUnavailable;
  return {kind, e.what(), "", 0};
}

/// Text formats of parameters; bytes as \x and hexadecimal digits.
std::string TextOf(const Value& value) {
  if (const auto* number = std::get_if<int64_t>(&value)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string hex = "\\x";
  for (const uint8_t byte : std::get<base::Bytes>(value))
    (hex += kDigits[byte >> 4]) += kDigits[byte & 15];
  return hex;
}

Value ValueOf(const pqxx::field& field) {
  if (field.is_null()) return std::monostate();
  if (field.type() == kInt8 || field.type() == kInt4) return field.as<int64_t>();
  if (field.type() != kBytea) return std::string(field.c_str(), field.size());
  const pqxx::binarystring bytes(field);
  return base::Bytes(bytes.data(), bytes.data() + bytes.size());
}

class PostgresDatabase final : public Database {
 public:
  explicit PostgresDatabase(const std::string& url) : url_(WithPatience(url)) {}

  base::Result<Table> Execute(std::string_view sql, const std::vector<Value>& parameters) override {
    std::vector<std::string> texts;
    std::vector<const char*> pointers;
    texts.reserve(parameters.size());
    pointers.reserve(parameters.size());
    for (const Value& value : parameters) {
      const bool null = value.index() == 0;
      texts.push_back(null ? "" : TextOf(value));
      pointers.push_back(null ? nullptr : texts.back().c_str());
    }
    return Guard([&](pqxx::nontransaction& session) {
      return session.exec_params(std::string(sql), pqxx::prepare::make_dynamic_params(pointers));
    });
  }

  base::Status Script(const std::string& sql) override {
    auto done = Guard([&](pqxx::nontransaction& session) { return session.exec(sql); });
    return done ? base::Status() : base::Status(std::move(done).error());
  }

  base::Status Begin(Access access) override {
    if (auto begun = Run(access == Access::kWrite ? "BEGIN" : "BEGIN READ ONLY"); !begun)
      return begun;
    if (access == Access::kRead) return {};
    return Run("SELECT pg_advisory_xact_lock($1)", {kWriterLock});
  }

  bool lost() const override { return connection_ == nullptr; }

  base::Status Reconnect() override {
    connection_.reset();
    try {
      auto connection = std::make_unique<pqxx::connection>(url_);
      connection->inhibit_reactivation(true);  // it would not know of the transaction that broke
      connection_ = std::move(connection);
    } catch (const pqxx::failure& e) {
      return base::Error{base::ErrorKind::kUnavailable, e.what(), "", 0};
    }
    return Script("SET search_path = plaza");
  }

 private:
  template <typename Query>
  base::Result<Table> Guard(const Query& query) {
    if (lost())
      return base::Error{base::ErrorKind::kUnavailable, "the database is not reached", "", 0};
    try {
      pqxx::nontransaction session(*connection_);
      Table table;
      for (const pqxx::row& row : query(session)) {
        std::vector<Value> cells;
        cells.reserve(row.size());
        for (const pqxx::field& field : row) cells.push_back(ValueOf(field));
        table.emplace_back(std::move(cells));
      }
      return table;
    } catch (const pqxx::sql_error& e) {
      base::Error error = ErrorFrom(e);
      if (!connection_->is_open()) connection_.reset();
      return error;
    } catch (const pqxx::broken_connection& e) {
      connection_.reset();
      return base::Error{base::ErrorKind::kUnavailable, e.what(), "", 0};
    } catch (const std::exception& e) {  // of the library's own logic
      return base::Error{base::ErrorKind::kInternal, e.what(), "", 0};
    }
  }

  const std::string url_;
  std::unique_ptr<pqxx::connection> connection_;
};

}  // namespace

base::Result<std::unique_ptr<Database>> ConnectPostgres(const std::string& url) {
  auto database = std::make_unique<PostgresDatabase>(url);
  if (auto connected = database->Reconnect(); !connected) return connected.error();
  return std::unique_ptr<Database>(std::move(database));
}

}  // namespace plaza::store
