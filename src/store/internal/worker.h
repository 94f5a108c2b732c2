// One thread with one connection, and the calls that wait for it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "base/result.h"
#include "store/store.h"

namespace SQLite {  // NOLINT(readability-identifier-naming): the library's own
class Database;
}

namespace plaza::store {

/// Calls that share one transaction at most.
inline constexpr size_t kMaxCallsPerCommit = 1000;

/// One call on its way: run on the worker's thread, delivered on the owner's.
class Call {
 public:
  virtual ~Call() = default;
  /// Keeps its result. May throw what SQLiteCpp throws. False if what it wrote must be undone.
  virtual bool Run(SQLite::Database& database) = 0;
  /// Replaces its result.
  virtual void Fail(base::Error error) = 0;
  virtual void Deliver() = 0;
};

template <typename T>
class CallOf final : public Call {
 public:
  using Body = std::function<base::Result<T>(SQLite::Database&)>;
  CallOf(Body body, Done<T> done) : body_(std::move(body)), done_(std::move(done)) {}

  bool Run(SQLite::Database& database) override { return result_.emplace(body_(database)).ok(); }
  void Fail(base::Error error) override { result_.emplace(std::move(error)); }
  void Deliver() override { done_(std::move(*result_)); }

 private:
  Body body_;
  Done<T> done_;
  std::optional<base::Result<T>> result_;
};

/// Does its calls in order. A writer does all that wait in one transaction, and delivers them after
/// it is committed; one that fails is undone alone.
class Worker {
 public:
  enum class Kind { kReader, kWriter };
  Worker(Kind kind, std::unique_ptr<SQLite::Database> database, Executor executor);
  /// Finishes what waits.
  ~Worker();
  Worker(const Worker&) = delete;

  template <typename T>
  void Submit(typename CallOf<T>::Body body, Done<T> done) {
    Enqueue(std::make_shared<CallOf<T>>(std::move(body), std::move(done)));
  }

  /// Transactions committed so far.
  uint64_t commits() const { return commits_; }

 private:
  using Calls = std::deque<std::shared_ptr<Call>>;
  void Enqueue(std::shared_ptr<Call> call);
  void Loop();
  void Read(const Calls& calls);
  void Write(const Calls& calls);
  void Deliver(const Calls& calls);

  const Kind kind_;
  const std::unique_ptr<SQLite::Database> database_;
  const Executor executor_;
  std::atomic<uint64_t> commits_{0};
  std::mutex mutex_;
  std::condition_variable wake_;
  Calls waiting_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace plaza::store
