// A stage whose workers serve several lines of work at the same time.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "core/ordered_stage.h"
#include "core/stage_threads.h"

namespace mestr::internal {

// A result, or why there is none.
template <typename Out>
struct Done {
  Out value{};
  std::exception_ptr failure = nullptr;
};

// Each Line is an ordered stage of its own, with an own producer and consumer. Workers take what
// waits in the oldest line first; a batch goes on with the next ones'. They are threads that begin
// with the first line and end with the last, so that nothing runs, or is lost in a fork, between.
template <typename In, typename Out>
class SharedStage {
 public:
  // Sets results[i], or its failure, to that of items[i]; called by one thread for each `worker`.
  // What it throws is the failure of all of them.
  using Function =
      std::function<void(std::size_t worker, std::span<In> items, std::span<Done<Out>> results)>;

  // `workers` >= 1 threads; each call gets at most `batch` (>= 1) items and waits for no more.
  SharedStage(std::size_t workers, std::size_t batch, Function work)
      : workers_(workers), batch_(batch), work_(std::move(work)) {}
  SharedStage(const SharedStage&) = delete;
  SharedStage& operator=(const SharedStage&) = delete;

  std::size_t workers() const { return workers_; }
  std::size_t batch() const { return batch_; }

  // One thread pushes and closes, one thread pops; any thread aborts.
  class Line {
   public:
    // At most `capacity` items were pushed and not yet popped. `stage` outlives this. Throws
    // Error{kDevice} where the system has no threads left.
    Line(SharedStage& stage, std::size_t capacity) : shared_(stage), stage_(capacity) {
      shared_.Add(*this);
    }
    // Waits until no worker has an item of it.
    ~Line() { shared_.Remove(*this); }
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;

    // Waits for room. False, and the item is dropped, once it is closed or aborted.
    bool Push(In item) {
      if (!stage_.Push(std::move(item))) return false;
      shared_.Wake();
      return true;
    }

    // No more items come; the results of those inside can still be popped.
    void Close() { stage_.Close(); }

    // Waits for the result of the oldest item, and throws its failure. Empty once the line is
    // closed and drained, or aborted.
    std::optional<Out> Pop() {
      std::optional<Done<Out>> done = stage_.Pop();
      if (!done) return std::nullopt;
      if (done->failure) std::rethrow_exception(done->failure);
      return std::move(done->value);
    }

    // What is inside is dropped and nobody waits any more.
    void Abort() { stage_.Abort(); }

   private:
    friend class SharedStage;
    SharedStage& shared_;
    OrderedStage<In, Done<Out>> stage_;
    int in_hand_ = 0;  // batches of workers
  };

 private:
  // Of one line in a batch: the number of its first item, and how many.
  struct Share {
    Line* line;
    std::size_t first;
    std::size_t count;
  };
  // What a worker has in hand.
  struct Hands {
    std::vector<In> items;
    std::vector<Done<Out>> results;
    std::vector<Share> shares;
  };

  void Add(Line& line) {
    const std::lock_guard changing(changing_);
    {
      const std::lock_guard lock(mutex_);
      lines_.push_back(&line);
    }
    if (!threads_.empty()) return;
    try {
      StartThreads();
    } catch (...) {
      End(line);
      throw;
    }
  }

  // A worker takes no memory of its own later: nobody could be told of its failure.
  void StartThreads() {
    hands_.resize(workers_);
    for (Hands& hands : hands_) {
      hands.items.reserve(batch_);
      hands.results.reserve(batch_);
      hands.shares.reserve(batch_);
    }
    threads_.reserve(workers_);
    for (std::size_t i = 0; i < workers_; ++i) {
      threads_.push_back(StartThread([this, i] { Work(i, hands_[i]); }, i + 1));
    }
  }

  void Remove(Line& line) {
    line.Abort();
    const std::lock_guard changing(changing_);
    End(line);
  }

  // Threads end when there is no line.
  void End(Line& line) {
    bool is_last = false;
    {
      std::unique_lock lock(mutex_);
      given_back_.wait(lock, [&] { return line.in_hand_ == 0; });
      lines_.remove(&line);
      is_last = lines_.empty();
    }
    if (!is_last) return;
    item_.notify_all();
    threads_.clear();
  }

  void Wake() {
    { const std::lock_guard lock(mutex_); }  // who looks around now sees the item, or waits
    item_.notify_one();
  }

  void Work(std::size_t worker, Hands& hands) {
    while (Take(hands)) {
      hands.results.resize(hands.items.size());
      try {
        work_(worker, hands.items, hands.results);
      } catch (...) {
        for (Done<Out>& result : hands.results) result.failure = std::current_exception();
      }
      hands.items.clear();  // what they hold is not kept while this thread waits
      GiveBack(hands);
      hands.results.clear();
      hands.shares.clear();
    }
  }

  // Waits for items. False once there is no line.
  bool Take(Hands& hands) {
    std::unique_lock lock(mutex_);
    item_.wait(lock, [&] {
      for (Line* line : lines_) {
        const std::size_t before = hands.items.size();
        const auto first = line->stage_.TakeWaiting(batch_ - before, hands.items);
        if (first) hands.shares.push_back({line, *first, hands.items.size() - before});
        if (hands.items.size() == batch_) break;
      }
      return !hands.items.empty() || lines_.empty();
    });
    for (const Share& share : hands.shares) ++share.line->in_hand_;
    return !hands.items.empty();
  }

  void GiveBack(Hands& hands) {
    std::span<Done<Out>> rest(hands.results);
    for (const Share& share : hands.shares) {
      share.line->stage_.Put(share.first, rest.first(share.count));
      rest = rest.subspan(share.count);
    }
    {
      const std::lock_guard lock(mutex_);
      for (const Share& share : hands.shares) --share.line->in_hand_;
    }
    given_back_.notify_all();
  }

  const std::size_t workers_;
  const std::size_t batch_;
  const Function work_;
  std::mutex changing_;  // of the number of lines
  std::mutex mutex_;
  std::condition_variable item_;        // waits, or there is no line
  std::condition_variable given_back_;  // by a worker
  std::list<Line*> lines_;              // the oldest first
  std::vector<Hands> hands_;            // of each worker
  std::vector<std::jthread> threads_;
};

}  // namespace mestr::internal
