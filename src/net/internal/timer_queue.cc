// A binary heap whose elements know their index.
#include "net/internal/timer_queue.h"

#include "net/event_loop.h"

namespace plaza::net {

void TimerQueue::Update(Timer& timer, base::Time deadline) {
  const bool queued = timer.deadline_ != base::kNever;
  if (deadline == base::kNever) {
    if (queued) Remove(timer);
    return;
  }
  timer.deadline_ = deadline;
  if (!queued) {
    heap_.push_back(&timer);
    timer.heap_index_ = heap_.size() - 1;
  }
  SiftUp(timer.heap_index_);
  SiftDown(timer.heap_index_);
}

base::Time TimerQueue::next() const {
  return heap_.empty() ? base::kNever : heap_.front()->deadline_;
}

void TimerQueue::RunDue(base::Time now) {
  for (size_t left = heap_.size(); left > 0 && next() <= now; --left) {
    Timer& timer = *heap_.front();
    Remove(timer);
    // The callback may destroy the timer, and with it the last owner of the function that runs.
    const auto callback = timer.callback_;
    (*callback)();
  }
}

void TimerQueue::Remove(Timer& timer) {
  const size_t index = timer.heap_index_;
  Timer* last = heap_.back();
  heap_.pop_back();
  timer.deadline_ = base::kNever;
  if (last == &timer) return;
  Place(index, last);
  SiftUp(index);
  SiftDown(last->heap_index_);
}

void TimerQueue::Place(size_t index, Timer* timer) {
  heap_[index] = timer;
  timer->heap_index_ = index;
}

void TimerQueue::SiftUp(size_t index) {
  Timer* timer = heap_[index];
  while (index > 0) {
    const size_t parent = (index - 1) / 2;
    if (heap_[parent]->deadline_ <= timer->deadline_) break;
    Place(index, heap_[parent]);
    index = parent;
  }
  Place(index, timer);
}

void TimerQueue::SiftDown(size_t index) {
  Timer* timer = heap_[index];
  for (size_t child = 2 * index + 1; child < heap_.size(); child = 2 * index + 1) {
    if (child + 1 < heap_.size() && heap_[child + 1]->deadline_ < heap_[child]->deadline_) ++child;
    if (timer->deadline_ <= heap_[child]->deadline_) break;
    Place(index, heap_[child]);
    index = child;
  }
  Place(index, timer);
}

}  // namespace plaza::net
