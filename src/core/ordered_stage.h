// A stage of many threads between one that feeds it and one that takes its results in order.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace mestr::internal {

// Results leave in the order in which items came, whatever order the workers finish in. At most
// `capacity` items were pushed and not yet popped: a late one holds back new ones, so that what
// waits stays small. Workers are threads inside Work (core/stage_threads.h); for all of them to be
// busy, `capacity` is at least the sum of their batches.
//
// One thread pushes and closes, one thread pops, any number work; any thread aborts. `In` and `Out`
// are movable, `Out` has a default.
template <typename In, typename Out>
class OrderedStage {
 public:
  explicit OrderedStage(std::size_t capacity) : capacity_(capacity) {}

  // Waits for room. False, and the item is dropped, once the stage is closed or aborted.
  bool Push(In item) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return results_.size() < capacity_ || closed_; });
    if (closed_) return false;
    waiting_.push_back(std::move(item));
    results_.emplace_back();
    lock.unlock();
    item_.notify_one();
    return true;
  }

  // No more items come; the results of those inside can still be popped.
  void Close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    WakeAll();
  }

  // Waits for the result of the oldest item. Empty once the stage is closed and drained, or
  // aborted.
  std::optional<Out> Pop() {
    std::unique_lock lock(mutex_);
    result_.wait(lock, [&] { return results_.empty() ? closed_ : results_.front().has_value(); });
    if (results_.empty()) return std::nullopt;
    Out result = std::move(*results_.front());
    results_.pop_front();
    ++popped_;
    lock.unlock();
    room_.notify_one();
    return result;
  }

  // Makes the calling thread a worker until the stage is closed and no item waits, or aborted.
  // Calls work(std::span<In> items, std::span<Out> results), which sets results[i] to that of
  // items[i], with the items that wait, at least one and at most `batch` (>= 1) of them: it does
  // not wait for more. Results are default-constructed before. What `work` throws leaves this
  // function; the stage has lost items then and must be aborted.
  template <typename Function>
  void Work(std::size_t batch, Function work) {
    std::vector<In> items;
    std::vector<Out> results;
    while (const std::optional<std::size_t> first = Take(batch, items)) {
      results.resize(items.size());
      work(std::span<In>(items), std::span<Out>(results));
      items.clear();  // what they hold is not kept while this thread waits
      Put(*first, results);
      results.clear();
    }
  }

  // The two halves of Work, for workers that wait elsewhere (core/shared_stage.h). Moves the oldest
  // waiting items, at most `most` (>= 1), behind `items` and gives the first one's number; empty:
  // none waits.
  std::optional<std::size_t> TakeWaiting(std::size_t most, std::vector<In>& items) {
    const std::lock_guard lock(mutex_);
    return TakeLocked(most, items);
  }

  // The results of items that follow each other, from that number on.
  void Put(std::size_t first, std::span<Out> results) {
    std::unique_lock lock(mutex_);
    if (results_.empty()) return;  // aborted: else there is a place for each item
    for (std::size_t i = 0; i < results.size(); ++i) {
      results_[first - popped_ + i] = std::move(results[i]);
    }
    const bool oldest = first == popped_;
    lock.unlock();
    if (oldest) result_.notify_one();
  }

  // Something failed: what is inside is dropped and nobody waits any more.
  void Abort() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
      waiting_.clear();
      results_.clear();
    }
    WakeAll();
  }

 private:
  void WakeAll() {
    room_.notify_all();
    item_.notify_all();
    result_.notify_all();
  }

  std::optional<std::size_t> Take(std::size_t batch, std::vector<In>& items) {
    std::unique_lock lock(mutex_);
    item_.wait(lock, [&] { return !waiting_.empty() || closed_; });
    return TakeLocked(batch, items);
  }

  std::optional<std::size_t> TakeLocked(std::size_t most, std::vector<In>& items) {
    if (waiting_.empty()) return std::nullopt;
    const std::size_t first = popped_ + results_.size() - waiting_.size();
    for (std::size_t i = 0; i < most && !waiting_.empty(); ++i) {
      items.push_back(std::move(waiting_.front()));
      waiting_.pop_front();
    }
    return first;
  }

  const std::size_t capacity_;
  std::mutex mutex_;
  std::condition_variable room_;
  std::condition_variable item_;
  std::condition_variable result_;
  std::deque<In> waiting_;                  // items that no worker has taken
  std::deque<std::optional<Out>> results_;  // a place for each item inside, empty until it is done
  std::size_t popped_ = 0;                  // items are numbered by their pushes, from 0
  bool closed_ = false;
};

}  // namespace mestr::internal
