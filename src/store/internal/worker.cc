#include "store/internal/worker.h"

#include <algorithm>
#include <iterator>

#include "base/log.h"

namespace plaza::store {
namespace {

base::Status RunInSavepoint(Database& database, Call& call, bool& any) {
  if (auto marked = database.Run("SAVEPOINT one_call"); !marked) return marked;
  const bool keep = call.Run(database);
  any |= keep;
  if (!keep)
    if (auto undone = database.Run("ROLLBACK TO SAVEPOINT one_call"); !undone) return undone;
  return database.Run("RELEASE SAVEPOINT one_call");
}

}  // namespace

Worker::Worker(Kind kind, std::unique_ptr<Database> database, Executor executor)
    : kind_(kind),
      database_(std::move(database)),
      executor_(std::move(executor)),
      thread_([this] { Loop(); }) {}

Worker::~Worker() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Worker::Enqueue(std::shared_ptr<Call> call) {
  {
    std::lock_guard lock(mutex_);
    if (waiting_.size() < kMaxQueuedCalls) {
      waiting_.push_back(std::move(call));
      wake_.notify_one();
      return;
    }
  }
  call->Fail({base::ErrorKind::kResourceExhausted, "the store is too far behind", "", 0});
  Deliver({std::move(call)});
}

void Worker::Loop() {
  while (true) {
    Calls calls;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      const auto end =
          waiting_.begin() + static_cast<ptrdiff_t>(std::min(waiting_.size(), kMaxCallsPerCommit));
      calls.assign(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
      waiting_.erase(waiting_.begin(), end);
    }
    Work(calls);
    Deliver(calls);
  }
}

void Worker::Work(const Calls& calls) {
  base::Status done;
  do {
    done = kind_ == Kind::kWriter ? Write(calls) : Read(calls);
  } while (database_->lost() && Recover());
  if (done) return;
  base::LogError("store", "calls failed",
                 {{"calls", calls.size()}, {"error", done.error().message}});
  for (const auto& call : calls) call->Fail(done.error());
}

/// True: the connection is there again, and the calls are to be done once more.
bool Worker::Recover() {
  const auto now = [] { return std::chrono::steady_clock::now(); };
  if (!lost_at_) {
    lost_at_ = now();
    base::LogWarning("store", "the connection to the database broke");
  }
  while (true) {
    const auto status = database_->Reconnect();
    if (status) {
      lost_at_.reset();
      base::LogInfo("store", "the database is reached again");
      return true;
    }
    std::unique_lock lock(mutex_);
    if (now() - *lost_at_ >= kMaxOutage || ending_) return false;
    wake_.wait_for(lock, kReconnectInterval, [this] { return ending_; });
  }
}

base::Status Worker::Read(const Calls& calls) {
  for (const auto& call : calls) {
    if (auto begun = database_->Begin(Access::kRead); !begun) return begun;
    (void)call->Run(*database_);  // one view of everything; its error is the call's own
    if (auto ended = database_->Run("ROLLBACK"); !ended) return ended;
  }
  return {};
}

base::Status Worker::Write(const Calls& calls) {
  if (auto begun = database_->Begin(Access::kWrite); !begun) return begun;
  bool any = false;
  base::Status done;
  for (const auto& call : calls) {
    done = RunInSavepoint(*database_, *call, any);
    if (!done) break;
  }
  if (done && any) {
    done = database_->Run("COMMIT");
    if (done) ++commits_;
  }
  if (!done || !any)
    if (auto undone = database_->Run("ROLLBACK"); !undone && done) return undone;
  return done;
}

void Worker::Deliver(const Calls& calls) {
  for (const auto& call : calls) executor_([call] { call->Deliver(); });
}

}  // namespace plaza::store
