#include "store/internal/worker.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <iterator>

#include "base/log.h"
#include "store/internal/errors.h"

namespace plaza::store {
namespace {

bool RunInSavepoint(SQLite::Database& database, Call& call) {
  database.exec("SAVEPOINT one_call");
  bool keep = false;
  try {
    keep = call.Run(database);
  } catch (const SQLite::Exception& e) {
    call.Fail(ErrorFrom(e));
  }
  if (!keep) database.exec("ROLLBACK TO one_call");
  database.exec("RELEASE one_call");
  return keep;
}

}  // namespace

Worker::Worker(Kind kind, std::unique_ptr<SQLite::Database> database, Executor executor)
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
    kind_ == Kind::kWriter ? Write(calls) : Read(calls);
    Deliver(calls);
  }
}

void Worker::Read(const Calls& calls) {
  for (const auto& call : calls) {
    try {
      SQLite::Transaction one_view(*database_);
      (void)call->Run(*database_);
    } catch (const SQLite::Exception& e) {
      call->Fail(ErrorFrom(e));
    }
  }
}

void Worker::Write(const Calls& calls) {
  try {
    SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
    bool any = false;
    for (const auto& call : calls) any |= RunInSavepoint(*database_, *call);
    if (any) {
      transaction.commit();
      ++commits_;
    }
  } catch (const SQLite::Exception& e) {
    const base::Error error = ErrorFrom(e);
    base::LogError("store", "a transaction failed",
                   {{"calls", calls.size()}, {"error", error.message}});
    for (const auto& call : calls) call->Fail(error);
  }
}

void Worker::Deliver(const Calls& calls) {
  for (const auto& call : calls) executor_([call] { call->Deliver(); });
}

}  // namespace plaza::store
