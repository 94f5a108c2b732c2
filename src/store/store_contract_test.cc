// What every store promises, over SQLite and over a real PostgreSQL.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "store/postgres.h"
#include "store/sqlite.h"
#include "store/testing/postgres_server.h"
#include "store/testing/store_calls.h"

namespace plaza::store {
namespace {

using base::ErrorKind;

enum class Backend { kSqlite, kPostgres };

class StoreContractTest : public testing::TestWithParam<Backend> {
 protected:
  static void TearDownTestSuite() { server_.reset(); }

  StoreContractTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "plaza-store-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    if (GetParam() == Backend::kSqlite) return;
    if (!server_) {
      server_ = std::make_unique<PostgresServer>();
      if (auto started = server_->Start(); !started) ADD_FAILURE() << started.error().message;
    }
    url_ = server_->NewDatabase("t" + std::to_string(++databases_));
  }
  ~StoreContractTest() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<Store> Open() {
    auto store = GetParam() == Backend::kSqlite
                     ? OpenSqlite((folder_ / "plaza.db").string(), RunOnTheSpot())
                     : OpenPostgres(url_, RunOnTheSpot());
    EXPECT_TRUE(store.ok()) << store.error().message;
    return std::move(*store);
  }

  static inline std::unique_ptr<PostgresServer> server_;
  static inline int databases_ = 0;
  std::filesystem::path folder_;
  std::string url_;
};

TEST_P(StoreContractTest, GivesAppsTheNextNumber) {
  auto store = Open();
  EXPECT_EQ(Create(*store, NewRow("a"))->id, 1'400'000'000u);
  EXPECT_EQ(Create(*store, NewRow("b", 1'400'000'009))->id, 1'400'000'009u);
  EXPECT_EQ(Create(*store, NewRow("c"))->id, 1'400'000'010u);
  EXPECT_EQ(Create(*store, NewRow("d", 1'400'000'009)).error().kind, ErrorKind::kAlreadyExists);
  EXPECT_EQ(Create(*store, NewRow("a")).error().kind, ErrorKind::kAlreadyExists);
  EXPECT_EQ(Create(*store, NewRow("e", 4'294'967'295))->id, 4'294'967'295u);
  EXPECT_EQ(Create(*store, NewRow("f")).error().kind, ErrorKind::kResourceExhausted);
}

TEST_P(StoreContractTest, KeepsAppsAndTheirSettings) {
  Create(*Open(), NewRow("a")).value();
  auto store = Open();
  const uint64_t before = Version(*store);
  EXPECT_TRUE(Await<void>([&](auto done) {
                store->apps().Set(1'400'000'000, {{"x", "1"}, {"y", "2"}}, done);
              }).ok());
  EXPECT_GT(Version(*store), before);
  const auto apps = Apps(*store);
  ASSERT_EQ(apps.size(), 1u);
  EXPECT_EQ(apps[0].name, "demo");
  EXPECT_EQ(apps[0].secret_key, "key");
  EXPECT_EQ(apps[0].app_key, "other");
  EXPECT_EQ(apps[0].created_ms, 123);
  EXPECT_EQ(apps[0].settings, (std::map<std::string, std::string>{
                                  {"advanced_permission", "true"}, {"x", "1"}, {"y", "2"}}));
}

TEST_P(StoreContractTest, RefusesSettingsOfAnAppThatIsNotThere) {
  auto store = Open();
  const auto set = Await<void>([&](auto done) { store->apps().Set(5, {{"x", "1"}}, done); });
  EXPECT_EQ(set.error().kind, ErrorKind::kNotFound);
}

TEST_P(StoreContractTest, KeepsSecrets) {
  auto store = Open();
  const auto create = [&](SecretRow row) {
    return Await<void>([&](auto done) { store->secrets().Create(row, done); });
  };
  Create(*store, NewRow("a")).value();
  EXPECT_TRUE(create({"id1", "k1", {}, 1}).ok());
  EXPECT_TRUE(create({"id2", "k2", 1'400'000'000, 2}).ok());
  EXPECT_EQ(create({"id1", "k", {}, 1}).error().kind, ErrorKind::kAlreadyExists);
  EXPECT_EQ(create({"id3", "k", 9, 1}).error().kind, ErrorKind::kNotFound);
  const auto secrets =
      *Await<std::vector<SecretRow>>([&](auto done) { store->secrets().List(done); });
  ASSERT_EQ(secrets.size(), 2u);
  EXPECT_FALSE(secrets[0].app);
  EXPECT_EQ(secrets[1].app, 1'400'000'000u);
  EXPECT_EQ(secrets[1].secret_key, "k2");
}

TEST_P(StoreContractTest, EveryLifeOfARoomHasALargerEpoch) {
  auto store = Open();
  const auto close = [&](const std::string& room, uint64_t epoch) {
    return Await<void>([&](auto done) { store->rooms().Close(7, room, epoch, done); });
  };
  const uint64_t first = OpenRoom(*store, "n:1");
  EXPECT_GT(first, 0u);
  EXPECT_TRUE(close("n:1", first).ok());
  EXPECT_TRUE(Living(*store).empty());
  const uint64_t second = OpenRoom(*store, "n:1");
  EXPECT_GT(second, first);
  EXPECT_TRUE(close("n:1", first).ok()) << "an older life does not end a later one";
  ASSERT_EQ(Living(*store).size(), 1u);
  store.reset();
  store = Open();
  const auto living = Living(*store);
  ASSERT_EQ(living.size(), 1u);
  EXPECT_EQ(living[0].app, 7u);
  EXPECT_EQ(living[0].room, "n:1");
  EXPECT_EQ(living[0].scene, "rtc");
  EXPECT_EQ(living[0].epoch, second);
  EXPECT_EQ(living[0].opened_ms, 5);
  EXPECT_GT(OpenRoom(*store, "n:1"), second);
}

TEST_P(StoreContractTest, TheFirstProposalBecomesTheKey) {
  auto store = Open();
  const auto key = [&](base::Bytes proposal) {
    return *Await<base::Bytes>(
        [&](auto done) { store->keys().GetOrCreate("resume", proposal, done); });
  };
  EXPECT_EQ(key({1, 0, 2}), (base::Bytes{1, 0, 2}));
  EXPECT_EQ(key({9}), (base::Bytes{1, 0, 2}));
}

TEST_P(StoreContractTest, KeepsSettings) {
  auto store = Open();
  EXPECT_TRUE(Set(*store, "a", "1").ok());
  EXPECT_TRUE(Set(*store, "a", "2").ok());
  EXPECT_EQ(Settings(*store), (std::map<std::string, std::string>{{"a", "2"}}));
}

TEST_P(StoreContractTest, AnotherProcessMayWriteAtTheSameTime) {
  auto server = Open();
  auto command = Open();
  std::thread other([&] {
    for (int i = 0; i < 50; ++i) EXPECT_TRUE(Set(*command, "c" + std::to_string(i), "x").ok());
  });
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(Set(*server, "s" + std::to_string(i), "x").ok());
  other.join();
  EXPECT_EQ(Settings(*server).size(), 100u);
  const uint64_t before = Version(*server);
  Create(*command, NewRow("a")).value();
  EXPECT_GT(Version(*server), before);
}

TEST_P(StoreContractTest, ClosingFinishesWhatWasAccepted) {
  std::atomic<int> confirmed = 0;
  {
    auto store = Open();
    for (int i = 0; i < 300; ++i)
      store->settings().Set(std::to_string(i), "x",
                            [&](base::Status status) { confirmed += status.ok(); });
  }
  EXPECT_EQ(confirmed, 300);
  EXPECT_EQ(Settings(*Open()).size(), 300u);
}

INSTANTIATE_TEST_SUITE_P(Backends, StoreContractTest,
                         testing::Values(Backend::kSqlite, Backend::kPostgres),
                         [](const auto& backend) {
                           return backend.param == Backend::kSqlite ? "Sqlite" : "Postgres";
                         });

}  // namespace
}  // namespace plaza::store
