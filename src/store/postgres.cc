#include "store/postgres.h"

#include <utility>

#include "store/internal/migrations.h"
#include "store/internal/postgres_database.h"
#include "store/internal/sql_store.h"

namespace plaza::store {
namespace {

base::Error About(const std::string& url, base::Error error) {
  while (error.message.ends_with('\n')) error.message.pop_back();
  for (char& c : error.message)
    if (c == '\n') c = ' ';
  error.message = WithoutPassword(url) + ": " + error.message;
  return error;
}

}  // namespace

std::string WithoutPassword(const std::string& url) {
  const size_t host = url.find("://");
  if (host == std::string::npos) return url;
  const size_t begin = host + 3;
  const size_t at = url.rfind('@', url.find('/', begin));
  const size_t colon = url.find(':', begin);
  if (at == std::string::npos || colon == std::string::npos || colon > at) return url;
  return url.substr(0, colon) + url.substr(at);
}

base::Result<std::unique_ptr<Store>> OpenPostgres(const std::string& url, Executor executor) {
  auto writer = ConnectPostgres(url);
  if (!writer) return About(url, std::move(writer).error());
  if (auto migrated = MigratePostgres(**writer); !migrated) return About(url, migrated.error());
  auto reader = ConnectPostgres(url);
  if (!reader) return About(url, std::move(reader).error());
  return std::unique_ptr<Store>(
      std::make_unique<SqlStore>(std::move(*writer), std::move(*reader), executor));
}

}  // namespace plaza::store
