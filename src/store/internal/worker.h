// One thread with one connection, and the calls that wait for it.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "base/result.h"
#include "base/time.h"
#include "store/internal/database.h"
#include "store/store.h"

namespace plaza::store {

/// Calls that share one transaction at most.
inline constexpr size_t kMaxCallsPerCommit = 1000;
/// Calls wait so long for a database that went away; then they fail until it is back.
inline constexpr base::Duration kMaxOutage = std::chrono::seconds(10);
/// How often it is tried to reach it again.
inline constexpr base::Duration kReconnectInterval = std::chrono::milliseconds(250);

/// One call on its way: run on the worker's thread, delivered on the owner's.
class Call {
 public:
  virtual ~Call() = default;
  /// Keeps its result. False if what it wrote must be undone. Run again if the database was lost
  /// before the commit was confirmed.
  virtual bool Run(Database& database) = 0;
  /// Replaces its result.
  virtual void Fail(base::Error error) = 0;
  virtual void Deliver() = 0;
};

template <typename T>
class CallOf final : public Call {
 public:
  using Body = std::function<base::Result<T>(Database&)>;
  CallOf(Body body, Done<T> done) : body_(std::move(body)), done_(std::move(done)) {}

  bool Run(Database& database) override { return result_.emplace(body_(database)).ok(); }
  void Fail(base::Error error) override { result_.emplace(std::move(error)); }
  void Deliver() override { done_(std::move(*result_)); }

 private:
  Body body_;
  Done<T> done_;
  std::optional<base::Result<T>> result_;
};

/// Does its calls in order. A writer does all that wait in one transaction, and delivers them after
/// it is committed; one that fails is undone alone. When the connection breaks, it is made again
/// and what was not confirmed is done again.
class Worker {
 public:
  enum class Kind { kReader, kWriter };
  Worker(Kind kind, std::unique_ptr<Database> database, Executor executor);
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
  void Work(const Calls& calls);
  base::Status Read(const Calls& calls);
  base::Status Write(const Calls& calls);
  bool Recover();
  void Deliver(const Calls& calls);

  const Kind kind_;
  const std::unique_ptr<Database> database_;
  const Executor executor_;
  std::atomic<uint64_t> commits_{0};
  std::mutex mutex_;
  std::condition_variable wake_;
  Calls waiting_;
  bool ending_ = false;
  std::optional<std::chrono::steady_clock::time_point> lost_at_;
  std::thread thread_;
};

}  // namespace plaza::store
