// The store over SQLite: every repository, group commit, other processes, migrations, and kill -9.
#include "store/store.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <set>
#include <thread>

#include "store/await.h"
#include "store/internal/worker.h"
#include "store/sqlite.h"

namespace plaza::store {
namespace {

using base::ErrorKind;

class StoreTest : public testing::Test {
 protected:
  StoreTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "plaza-store-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~StoreTest() override { std::filesystem::remove_all(folder_); }

  std::string path() const { return (folder_ / "plaza.db").string(); }
  std::unique_ptr<Store> Open() {
    auto store = OpenSqlite(path(), RunOnTheSpot());
    EXPECT_TRUE(store.ok()) << store.error().message;
    return std::move(*store);
  }
  static base::Result<AppRow> Create(Store& store, const AppRow& row) {
    return Await<AppRow>([&](auto done) { store.apps().Create(row, done); });
  }
  static std::vector<AppRow> Apps(Store& store) {
    return *Await<std::vector<AppRow>>([&](auto done) { store.apps().List(done); });
  }
  static uint64_t Version(Store& store) {
    return *Await<uint64_t>([&](auto done) { store.apps().Version(done); });
  }
  static base::Status Set(Store& store, const std::string& key, const std::string& value) {
    return Await<void>([&](auto done) { store.settings().Set(key, value, done); });
  }
  static std::map<std::string, std::string> Settings(Store& store) {
    return *Await<std::map<std::string, std::string>>(
        [&](auto done) { store.settings().List(done); });
  }
  static uint64_t OpenRoom(Store& store, const std::string& room) {
    return *Await<uint64_t>([&](auto done) { store.rooms().Open({7, room, "rtc", 0, 5}, done); });
  }
  static std::vector<RoomRow> Living(Store& store) {
    return *Await<std::vector<RoomRow>>([&](auto done) { store.rooms().Living(done); });
  }

  std::filesystem::path folder_;
};

AppRow NewRow(const std::string& app_id, uint32_t id = 0) {
  return {id, "demo", "key", app_id, "other", 123, {{"advanced_permission", "true"}}};
}

TEST_F(StoreTest, GivesAppsTheNextNumber) {
  auto store = Open();
  EXPECT_EQ(Create(*store, NewRow("a"))->id, 1'400'000'000u);
  EXPECT_EQ(Create(*store, NewRow("b", 1'400'000'009))->id, 1'400'000'009u);
  EXPECT_EQ(Create(*store, NewRow("c"))->id, 1'400'000'010u);
  EXPECT_EQ(Create(*store, NewRow("d", 1'400'000'009)).error().kind, ErrorKind::kAlreadyExists);
  EXPECT_EQ(Create(*store, NewRow("a")).error().kind, ErrorKind::kAlreadyExists);
  EXPECT_EQ(Create(*store, NewRow("e", 4'294'967'295))->id, 4'294'967'295u);
  EXPECT_EQ(Create(*store, NewRow("f")).error().kind, ErrorKind::kResourceExhausted);
}

TEST_F(StoreTest, KeepsAppsAndTheirSettings) {
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

TEST_F(StoreTest, RefusesSettingsOfAnAppThatIsNotThere) {
  auto store = Open();
  const auto set = Await<void>([&](auto done) { store->apps().Set(5, {{"x", "1"}}, done); });
  EXPECT_EQ(set.error().kind, ErrorKind::kNotFound);
}

TEST_F(StoreTest, KeepsSecrets) {
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

TEST_F(StoreTest, EveryLifeOfARoomHasALargerEpoch) {
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

TEST_F(StoreTest, TheFirstProposalBecomesTheKey) {
  auto store = Open();
  const auto key = [&](base::Bytes proposal) {
    return *Await<base::Bytes>(
        [&](auto done) { store->keys().GetOrCreate("resume", proposal, done); });
  };
  EXPECT_EQ(key({1, 0, 2}), (base::Bytes{1, 0, 2}));
  EXPECT_EQ(key({9}), (base::Bytes{1, 0, 2}));
}

TEST_F(StoreTest, KeepsSettings) {
  auto store = Open();
  EXPECT_TRUE(Set(*store, "a", "1").ok());
  EXPECT_TRUE(Set(*store, "a", "2").ok());
  EXPECT_EQ(Settings(*store), (std::map<std::string, std::string>{{"a", "2"}}));
}

TEST_F(StoreTest, AnotherProcessMayWriteAtTheSameTime) {
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

TEST_F(StoreTest, ClosingFinishesWhatWasAccepted) {
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

TEST_F(StoreTest, TheFileIsPrivate) {
  auto store = Open();
  EXPECT_TRUE(Set(*store, "a", "1").ok());
  struct stat info {};
  for (const char* suffix : {"", "-wal"}) {
    ASSERT_EQ(stat((path() + suffix).c_str(), &info), 0) << suffix;
    EXPECT_EQ(info.st_mode & 0777, 0600u) << suffix;
  }
}

TEST_F(StoreTest, RefusesAFolderThatIsNotThereAndAFileThatIsNotOurs) {
  const auto lost = OpenSqlite((folder_ / "no" / "plaza.db").string(), RunOnTheSpot());
  ASSERT_FALSE(lost.ok());
  EXPECT_NE(lost.error().message.find("no/plaza.db"), std::string::npos);
  {
    SQLite::Database other(path(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    other.exec("CREATE TABLE x (y)");
  }
  const auto foreign = OpenSqlite(path(), RunOnTheSpot());
  ASSERT_FALSE(foreign.ok());
  EXPECT_EQ(foreign.error().kind, ErrorKind::kFailedPrecondition);
}

TEST_F(StoreTest, RefusesTextThatIsNoDatabase) {
  std::filesystem::path file = path();
  FILE* out = fopen(file.c_str(), "w");
  for (int i = 0; i < 100; ++i) fputs("this is not a database at all\n", out);
  fclose(out);
  EXPECT_FALSE(OpenSqlite(path(), RunOnTheSpot()).ok());
}

TEST_F(StoreTest, RefusesANewerDatabase) {
  Open();
  SQLite::Database(path(), SQLite::OPEN_READWRITE)
      .exec("INSERT INTO schema_versions VALUES (999, 'now')");
  const auto store = OpenSqlite(path(), RunOnTheSpot());
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().kind, ErrorKind::kFailedPrecondition);
  EXPECT_NE(store.error().message.find("newer"), std::string::npos);
}

TEST_F(StoreTest, WritesThatWaitShareOneCommitAndOneThatFailsFailsAlone) {
  Open();
  auto database = std::make_unique<SQLite::Database>(path(), SQLite::OPEN_READWRITE);
  int confirmed = 0, refused = 0;
  std::mutex gate;
  std::unique_lock closed(gate);
  uint64_t commits = 0;
  {
    Worker worker(Worker::Kind::kWriter, std::move(database), RunOnTheSpot());
    const auto insert = [&](const std::string& key) {
      worker.Submit<void>(
          [key](SQLite::Database& db) -> base::Status {
            db.exec("INSERT INTO settings VALUES ('" + key + "', '')");
            return {};
          },
          [&](base::Status status) { status.ok() ? ++confirmed : ++refused; });
    };
    worker.Submit<void>(  // holds the thread until all others wait
        [&](SQLite::Database&) -> base::Status {
          std::lock_guard wait(gate);
          return {};
        },
        [](base::Status) {});
    for (int i = 0; i < 500; ++i) insert(std::to_string(i % 400));
    closed.unlock();
    std::promise<void> last;
    worker.Submit<void>([](SQLite::Database&) { return base::Status(); },
                        [&](base::Status) { last.set_value(); });
    last.get_future().wait();
    commits = worker.commits();
  }
  EXPECT_EQ(confirmed, 400);
  EXPECT_EQ(refused, 100);
  EXPECT_LE(commits, 3u);
  EXPECT_EQ(Settings(*Open()).size(), 400u);
}

TEST_F(StoreTest, WhatWasConfirmedSurvivesKill9) {
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto store = OpenSqlite(path(), RunOnTheSpot());
    for (int i = 0; store.ok(); ++i) {
      if (!Set(**store, std::to_string(i), "x").ok()) break;
      if (write(pipe_ends[1], &i, sizeof i) != sizeof i) break;
    }
    _exit(1);
  }
  close(pipe_ends[1]);
  int confirmed = -1;
  while (confirmed < 50)
    ASSERT_EQ(read(pipe_ends[0], &confirmed, sizeof confirmed),
              static_cast<ssize_t>(sizeof confirmed));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  close(pipe_ends[0]);
  const auto settings = Settings(*Open());
  for (int i = 0; i <= confirmed; ++i) EXPECT_TRUE(settings.contains(std::to_string(i))) << i;
}

}  // namespace
}  // namespace plaza::store
