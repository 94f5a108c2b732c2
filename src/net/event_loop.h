// One thread's event loop: timers, functions from other threads, readiness of file descriptors.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "base/time.h"

namespace plaza::net {

class EventLoop;

/// A one-shot timer that can be set again and again without allocating. Destroying it cancels it,
/// also from within its own callback. Must not outlive its loop; belongs to the loop's thread.
class Timer {
 public:
  Timer(EventLoop& loop, std::function<void()> callback);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  /// Calls back once when the loop's clock has reached `deadline`, instead of any earlier setting.
  /// Timers due together run in the order of their deadlines. base::kNever cancels.
  void Set(base::Time deadline);
  void Cancel() { Set(base::kNever); }
  /// base::kNever when not set.
  base::Time deadline() const { return deadline_; }

 private:
  friend class TimerQueue;
  EventLoop& loop_;
  std::shared_ptr<const std::function<void()>> callback_;
  base::Time deadline_ = base::kNever;
  size_t heap_index_ = 0;
};

/// Calls back while a file descriptor is ready, until this handle is destroyed, which is allowed
/// from within the callbacks. The descriptor stays the caller's, must be non-blocking and be closed
/// after this. At most one watch a descriptor; belongs to the loop's thread.
class FdWatch {
 public:
  FdWatch(EventLoop& loop, int fd);
  ~FdWatch();
  FdWatch(const FdWatch&) = delete;
  FdWatch& operator=(const FdWatch&) = delete;

  /// Level-triggered: called once a turn for as long as it is readable. An empty function stops it.
  void OnReadable(std::function<void()> callback);
  void OnWritable(std::function<void()> callback);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// What a turn ends with: first all work (a pacer that lets packets go), then what sends it
/// (sockets).
enum class TurnPhase { kWork, kFlush };

/// Keeps a function registered with EventLoop::OnTurnEnd until destroyed.
class TurnEndHook {
 public:
  TurnEndHook() = default;
  explicit TurnEndHook(std::shared_ptr<const std::function<void()>> callback)
      : callback_(std::move(callback)) {}

 private:
  std::shared_ptr<const std::function<void()>> callback_;
};

/// The loop of one thread. A turn waits until something is ready, runs everything that is ready,
/// then the turn-end hooks. Every callback of net runs on the thread that is in Run(); only Post()
/// and Stop() may be called from other threads. Destroy after everything that uses it.
class EventLoop {
 public:
  /// `clock` outlives the loop. With a clock that doesn't run by itself, timers are looked at once
  /// a turn.
  explicit EventLoop(const base::Clock& clock);
  /// By the machine's clock.
  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  /// Runs turns until Stop(). May be called again afterwards.
  void Run();
  /// Runs turns until `done` holds or `limit` has passed (by the machine's clock); says whether it
  /// holds.
  bool RunUntil(const std::function<bool()>& done, base::Duration limit);
  /// Ends Run() after the current turn; before Run(), ends the next one at once. Thread-safe.
  void Stop();

  /// Runs `function` on the loop's thread in one of the next turns, in the order of the calls.
  /// Thread-safe. What is still queued when the loop is destroyed is destroyed unrun.
  void Post(std::function<void()> function);
  /// Runs `function` once at `deadline`, unless the handle is destroyed before.
  [[nodiscard]] std::unique_ptr<Timer> RunAt(base::Time deadline, std::function<void()> function);
  /// Runs `function` at the end of each turn for as long as the handle lives; within a phase in the
  /// order of registration. Not to be called from within a hook.
  [[nodiscard]] TurnEndHook OnTurnEnd(std::function<void()> function,
                                      TurnPhase phase = TurnPhase::kWork);

  base::Time Now() const;
  const base::Clock& clock() const;
  /// True on the thread that is in Run() or RunUntil().
  bool InLoopThread() const;

  /// For net's own sources.
  struct State;
  State& state() { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

}  // namespace plaza::net
