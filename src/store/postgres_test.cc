// A PostgreSQL that goes away and comes back, and what is refused at the start.
#include "store/postgres.h"

#include <gtest/gtest.h>

#include <future>

#include "store/internal/postgres_database.h"
#include "store/testing/postgres_server.h"
#include "store/testing/store_calls.h"

// libpqxx 6.4 forgets one PGresult when it finds the connection broken while it wraps the result.
extern "C" const char* __lsan_default_suppressions() {
  return "leak:pqxx::connection_base::exec_params\n";
}

namespace plaza::store {
namespace {

using base::ErrorKind;

TEST(PostgresUrl, IsShownWithoutItsPassword) {
  EXPECT_EQ(WithoutPassword("postgresql://me:secret@db:5432/plaza?sslmode=require"),
            "postgresql://me@db:5432/plaza?sslmode=require");
  EXPECT_EQ(WithoutPassword("postgresql://me@db/plaza"), "postgresql://me@db/plaza");
  EXPECT_EQ(WithoutPassword("postgresql://db:5432/plaza"), "postgresql://db:5432/plaza");
}

TEST(Postgres, ThatIsNotThereIsNamedInOneLine) {
  const auto store = OpenPostgres("postgresql://me:secret@127.0.0.1:1/plaza", RunOnTheSpot());
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().kind, ErrorKind::kUnavailable);
  EXPECT_EQ(store.error().message.find('\n'), std::string::npos);
  EXPECT_EQ(store.error().message.find("secret"), std::string::npos);
}

TEST(Postgres, CallsOfAnOutageAreDoneWhenItIsBack) {
  PostgresServer server;
  ASSERT_TRUE(server.Start().ok());
  auto opened = OpenPostgres(server.NewDatabase("outage"), RunOnTheSpot());
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  Store& store = **opened;
  ASSERT_TRUE(Set(store, "before", "1").ok());
  const uint64_t first = OpenRoom(store, "n:1");
  server.Kill();
  std::promise<base::Status> written;
  std::promise<base::Result<uint64_t>> read;
  store.settings().Set("during", "2", [&](base::Status status) { written.set_value(status); });
  store.apps().Version([&](base::Result<uint64_t> version) { read.set_value(version); });
  ASSERT_TRUE(server.Start().ok());
  EXPECT_TRUE(written.get_future().get().ok());
  EXPECT_TRUE(read.get_future().get().ok());
  EXPECT_EQ(Settings(store),
            (std::map<std::string, std::string>{{"before", "1"}, {"during", "2"}}));
  EXPECT_GT(OpenRoom(store, "n:1"), first);
}

TEST(Postgres, ANewerDatabaseIsRefused) {
  PostgresServer server;
  ASSERT_TRUE(server.Start().ok());
  const std::string url = server.NewDatabase("newer");
  ASSERT_TRUE(OpenPostgres(url, RunOnTheSpot()).ok());
  auto database = ConnectPostgres(url);
  ASSERT_TRUE(database.ok());
  ASSERT_TRUE((*database)->Run("INSERT INTO schema_versions VALUES (99, now())").ok());
  const auto store = OpenPostgres(url, RunOnTheSpot());
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().kind, ErrorKind::kFailedPrecondition);
}

}  // namespace
}  // namespace plaza::store
