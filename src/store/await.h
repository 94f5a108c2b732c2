// For command line tools and tests: waits for one call of a store whose executor runs callbacks on
// the spot.
#pragma once

#include <functional>
#include <future>
#include <memory>

#include "base/result.h"
#include "store/store.h"

namespace plaza::store {

/// Runs each callback where it becomes ready, on a thread of the store.
inline Executor RunOnTheSpot() {
  return [](std::function<void()> task) { task(); };
}

/// `Await<AppRow>([&](auto done) { store.apps().Create(row, done); })`
template <typename T>
base::Result<T> Await(const std::function<void(Done<T>)>& call) {
  auto promise = std::make_shared<std::promise<base::Result<T>>>();
  auto future = promise->get_future();
  call([promise](base::Result<T> result) { promise->set_value(std::move(result)); });
  return future.get();
}

}  // namespace plaza::store
