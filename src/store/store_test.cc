// The store over SQLite: group commit, migrations, files, and kill -9.
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

#include "store/internal/sqlite_database.h"
#include "store/internal/worker.h"
#include "store/sqlite.h"
#include "store/testing/store_calls.h"

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

  std::filesystem::path folder_;
};

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
  auto database = ConnectSqlite(path());
  int confirmed = 0, refused = 0;
  std::mutex gate;
  std::unique_lock closed(gate);
  uint64_t commits = 0;
  {
    Worker worker(Worker::Kind::kWriter, std::move(*database), RunOnTheSpot());
    const auto insert = [&](const std::string& key) {
      worker.Submit<void>(
          [key](Database& db) { return db.Run("INSERT INTO settings VALUES ($1, '')", {key}); },
          [&](base::Status status) { status.ok() ? ++confirmed : ++refused; });
    };
    worker.Submit<void>(  // holds the thread until all others wait
        [&](Database&) -> base::Status {
          std::lock_guard wait(gate);
          return {};
        },
        [](base::Status) {});
    for (int i = 0; i < 500; ++i) insert(std::to_string(i % 400));
    closed.unlock();
    std::promise<void> last;
    worker.Submit<void>([](Database&) { return base::Status(); },
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
