// The event loop on Asio's reactor.
#include "net/event_loop.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <thread>
#include <utility>
#include <vector>

#include "net/internal/io_context.h"
#include "net/internal/timer_queue.h"

namespace plaza::net {
namespace {

namespace asio = boost::asio;

// So that hooks and timers get their turn while sockets are always ready.
constexpr int kMaxHandlersPerTurn = 256;
constexpr base::Duration kLongestWait = std::chrono::hours(1);

const base::Clock& MachineClock() {
  static const base::SystemClock clock;
  return clock;
}

}  // namespace

struct EventLoop::State {
  explicit State(const base::Clock& loop_clock) : clock(loop_clock) {}

  /// Waits for something to do, does what there is to do, and runs the hooks.
  void Turn();
  void EndTurn();
  /// Has the reactor wake up for the next timer.
  void ArmWakeup();
  void RunHooks(TurnPhase phase);

  const base::Clock& clock;
  TimerQueue timers;
  std::array<std::vector<std::weak_ptr<const std::function<void()>>>, 2> hooks;
  std::atomic<bool> stop_requested{false};
  std::atomic<std::thread::id> thread{};
  // After what pending functions may still use while they are destroyed with it.
  asio::io_context io{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
  asio::steady_timer wakeup{io};
  base::Time armed = base::kNever;  ///< when `wakeup` will fire
};

void EventLoop::State::Turn() {
  ArmWakeup();
  io.run_one();
  for (int i = 1; i < kMaxHandlersPerTurn && io.poll_one() > 0; ++i) {
  }
  EndTurn();
}

void EventLoop::State::EndTurn() {
  timers.RunDue(clock.Now());
  RunHooks(TurnPhase::kWork);
  RunHooks(TurnPhase::kFlush);
}

void EventLoop::State::ArmWakeup() {
  const base::Time next = timers.next();
  // A wake-up that comes too early costs a turn; moving it each time that a timer moves costs more.
  if (next >= armed) return;
  const base::Duration wait = std::clamp(next - clock.Now(), base::Duration(0), kLongestWait);
  armed = next;
  wakeup.expires_after(wait);
  wakeup.async_wait([this](const boost::system::error_code& error) {
    if (!error) armed = base::kNever;
  });
}

void EventLoop::State::RunHooks(TurnPhase phase) {
  auto& list = hooks[static_cast<size_t>(phase)];
  bool expired = false;
  for (size_t i = 0; i < list.size(); ++i) {  // a hook may register another one
    const auto callback = list[i].lock();
    if (callback) (*callback)();
    expired |= !callback;
  }
  if (expired) std::erase_if(list, [](const auto& hook) { return hook.expired(); });
}

EventLoop::EventLoop(const base::Clock& clock) : state_(std::make_unique<State>(clock)) {}
EventLoop::EventLoop() : EventLoop(MachineClock()) {}
EventLoop::~EventLoop() = default;

void EventLoop::Run() {
  state_->thread = std::this_thread::get_id();
  state_->EndTurn();  // of what was done since the last run
  while (!state_->stop_requested.exchange(false)) state_->Turn();
  state_->thread = std::thread::id();
}

bool EventLoop::RunUntil(const std::function<bool()>& done, base::Duration limit) {
  const auto outer = state_->thread.exchange(std::this_thread::get_id());
  const auto expired = std::make_shared<bool>(false);  // the handler may run after this returned
  asio::steady_timer timer(state_->io, limit);
  timer.async_wait([expired](const boost::system::error_code& error) {
    if (!error) *expired = true;
  });
  state_->EndTurn();
  bool holds = done();
  while (!holds && !*expired) {
    state_->Turn();
    holds = done();
  }
  state_->thread = outer;
  return holds;
}

void EventLoop::Stop() {
  state_->stop_requested = true;
  asio::post(state_->io, [] {});
}

void EventLoop::Post(std::function<void()> function) {
  asio::post(state_->io, std::move(function));
}

std::unique_ptr<Timer> EventLoop::RunAt(base::Time deadline, std::function<void()> function) {
  auto timer = std::make_unique<Timer>(*this, std::move(function));
  timer->Set(deadline);
  return timer;
}

TurnEndHook EventLoop::OnTurnEnd(std::function<void()> function, TurnPhase phase) {
  auto shared = std::make_shared<const std::function<void()>>(std::move(function));
  state_->hooks[static_cast<size_t>(phase)].push_back(shared);
  return TurnEndHook(std::move(shared));
}

base::Time EventLoop::Now() const { return state_->clock.Now(); }
const base::Clock& EventLoop::clock() const { return state_->clock; }
bool EventLoop::InLoopThread() const { return state_->thread == std::this_thread::get_id(); }

boost::asio::io_context& IoContext(EventLoop& loop) { return loop.state().io; }

Timer::Timer(EventLoop& loop, std::function<void()> callback)
    : loop_(loop), callback_(std::make_shared<const std::function<void()>>(std::move(callback))) {}
Timer::~Timer() { Cancel(); }
void Timer::Set(base::Time deadline) { loop_.state().timers.Update(*this, deadline); }

struct FdWatch::State : std::enable_shared_from_this<FdWatch::State> {
  using Callback = std::shared_ptr<const std::function<void()>>;
  struct Direction {
    asio::posix::stream_descriptor::wait_type type;
    Callback callback;
    bool waiting = false;
  };

  State(asio::io_context& io, int fd) : descriptor(io, fd) {}

  void Set(Direction& direction, std::function<void()> callback) {
    direction.callback.reset();
    if (callback)
      direction.callback = std::make_shared<const std::function<void()>>(std::move(callback));
    Wait(direction);
  }

  void Wait(Direction& direction) {
    if (direction.waiting || !direction.callback) return;
    direction.waiting = true;
    descriptor.async_wait(direction.type, [self = shared_from_this(),
                                           &direction](const boost::system::error_code& error) {
      direction.waiting = false;
      if (error) return;
      if (const Callback callback = direction.callback) (*callback)();
      self->Wait(direction);
    });
  }

  void Close() {
    read.callback.reset();
    write.callback.reset();
    descriptor.release();
  }

  asio::posix::stream_descriptor descriptor;
  Direction read{asio::posix::stream_descriptor::wait_read, nullptr};
  Direction write{asio::posix::stream_descriptor::wait_write, nullptr};
};

FdWatch::FdWatch(EventLoop& loop, int fd) : state_(std::make_shared<State>(IoContext(loop), fd)) {}
FdWatch::~FdWatch() { state_->Close(); }
void FdWatch::OnReadable(std::function<void()> callback) {
  state_->Set(state_->read, std::move(callback));
}
void FdWatch::OnWritable(std::function<void()> callback) {
  state_->Set(state_->write, std::move(callback));
}

}  // namespace plaza::net
