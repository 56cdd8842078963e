#include "pipeline/video_loop.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "core/stage_threads.h"
#include "mestr/core/error.h"
#include "pipeline/tell.h"

namespace mestr::internal {
namespace {

using Clock = std::chrono::steady_clock;

// Between two looks at the processors and at the videos on their way.
constexpr std::chrono::milliseconds kBetweenLooks(5);

bool IsOneVideosOwn(ErrorKind kind) {
  return kind == ErrorKind::kInput || kind == ErrorKind::kModel;
}

// One video on its way: what its thread leaves for the thread that tells of it.
struct Run {
  struct Line {
    bool is_warning;
    std::string text;
  };
  struct Frames {
    std::int64_t done = 0;
    std::optional<std::int64_t> expected;
    friend bool operator==(const Frames&, const Frames&) = default;

    double Fraction() const {
      if (!expected || *expected <= 0) return 0;
      return std::min(1.0, static_cast<double>(done) / static_cast<double>(*expected));
    }
  };

  Clock::time_point began = Clock::now();
  std::vector<Line> lines;
  std::optional<Frames> frames;
  bool has_ended = false;
  bool ended_all = false;  // with what ends the run, or stopped by that
  double seconds = 0;
  std::optional<std::string> failure;
  std::jthread thread;
};

class Loop {
 public:
  Loop(const std::vector<VideoInput>& inputs, const RunObserver& observer, RunResources& resources,
       std::size_t most, VideoWork& work)
      : inputs_(inputs),
        observer_(observer),
        resources_(resources),
        most_(most),
        work_(work),
        runs_(inputs.size()),
        on_stop_(observer.stop, [this] { stop_.request_stop(); }) {}

  ~Loop() {
    stop_.request_stop();
    JoinAll();
  }

  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void Execute() {
    Tell(observer_.on_start, inputs_.size());
    while (turn_ < inputs_.size()) {
      BeginWhatMayBegin();
      if (turn_ == next_) ThrowStopped();
      if (Wait()) ThrowFailure();
      JoinEnded();
      TellOfTurns();
    }
  }

 private:
  void BeginWhatMayBegin() {
    while (next_ < inputs_.size() && MayBegin()) {
      is_ending_ = is_ending_ || observer_.stop.stop_requested() ||
                   (observer_.stops_after_video && observer_.stops_after_video());
      if (is_ending_) return;
      Begin(next_);
    }
  }

  bool MayBegin() {
    const std::size_t on_their_way = OnTheirWay();
    if (is_ending_) return false;
    return on_their_way == 0 || (on_their_way < most_ && IsProcessorIdle());
  }

  // With `most` 1 a video was told of before the next one begins.
  std::size_t OnTheirWay() {
    const std::lock_guard lock(mutex_);
    return most_ == 1 ? next_ - turn_ : next_ - ended_;
  }

  // Half of a processor or more since the last look.
  bool IsProcessorIdle() {
    const auto now = Clock::now();
    if (now - last_look_ < kBetweenLooks) return false;
    const double seconds = std::chrono::duration<double>(now - last_look_).count();
    const double idle_s = resources_.processors().idle_s();
    const bool is_idle = idle_s - idle_before_s_ > seconds / 2;
    last_look_ = now;
    idle_before_s_ = idle_s;
    return is_idle;
  }

  void Begin(std::size_t index) {
    last_look_ = Clock::now();  // what it will need is not known before the next look
    idle_before_s_ = resources_.processors().idle_s();
    runs_[index] = std::make_unique<Run>();
    if (index == turn_) TellBegin(index);
    ++next_;
    try {
      runs_[index]->thread = StartThread([this, index] { Process(index); }, next_ - turn_);
    } catch (const Error&) {
      if (index == turn_) throw;
      // The system has no thread for one more: those on their way go on.
      --next_;
      runs_[index].reset();
      most_ = OnTheirWay();
    }
  }

  // A thread that has ended and is not joined keeps its stack.
  void JoinEnded() {
    for (std::size_t i = turn_; i < next_; ++i) {
      if (HasEnded(*runs_[i]) && runs_[i]->thread.joinable()) runs_[i]->thread.join();
    }
  }

  void JoinAll() {
    for (auto& run : runs_) {
      if (run && run->thread.joinable()) run->thread.join();
    }
  }

  bool HasEnded(const Run& run) {
    const std::lock_guard lock(mutex_);
    return run.has_ended;
  }

  // In its own thread, as all up to TakeFailure.
  void Process(std::size_t index) {
    Run& run = *runs_[index];
    std::optional<std::string> failure;
    bool ended_all = false;
    try {
      failure = FailureOf(index);
      if (failure) work_.Fail(inputs_[index], *failure);
    } catch (...) {
      ended_all = true;
      End(std::current_exception());
    }
    {
      const std::lock_guard lock(mutex_);
      run.failure = std::move(failure);
      run.ended_all = ended_all;
      run.seconds = std::chrono::duration<double>(Clock::now() - run.began).count();
      run.has_ended = true;
      ++ended_;
    }
    news_.notify_one();
  }

  std::optional<std::string> FailureOf(std::size_t index) {
    const VideoInput& input = inputs_[index];
    try {
      work_.Process(input, ObserverOf(*runs_[index]), stop_.get_token());
    } catch (const Error& error) {
      if (!IsOneVideosOwn(error.kind())) throw;
      return error.what();
    } catch (const std::bad_alloc&) {
      return input.path.string() + ": out of memory; use fewer --jobs";
    }
    return std::nullopt;
  }

  AnalysisObserver ObserverOf(Run& run) {
    const auto keep = [this, &run](bool is_warning) {
      return [this, &run, is_warning](const std::string& line) {
        const std::lock_guard lock(mutex_);
        run.lines.push_back({is_warning, line});
      };
    };
    return {.on_info = keep(false),
            .on_warning = keep(true),
            .on_progress = [this, &run](std::int64_t done, std::optional<std::int64_t> expected) {
              const std::lock_guard lock(mutex_);
              run.frames = {done, expected};
            }};
  }

  // The first failure of all videos counts: those after it may be no more than its consequence.
  void End(std::exception_ptr failure) {
    {
      const std::lock_guard lock(mutex_);
      if (!failure_) failure_ = std::move(failure);
    }
    stop_.request_stop();
  }

  // True where something ended the run.
  bool Wait() {
    std::unique_lock lock(mutex_);
    news_.wait_for(lock, kBetweenLooks, [this] { return failure_ || runs_[turn_]->has_ended; });
    return failure_ != nullptr;
  }

  // Once what is known of the videos before was told.
  [[noreturn]] void ThrowFailure() {
    JoinAll();
    TellOfTurns();
    std::rethrow_exception(failure_);
  }

  void TellOfTurns() {
    while (turn_ < next_) {
      const Run now = TakeNews(*runs_[turn_]);
      for (const Run::Line& line : now.lines) {
        Tell(line.is_warning ? observer_.on_warning : observer_.on_info, line.text);
      }
      if (now.frames) TellOfFrames(*now.frames);
      if (!now.has_ended || now.ended_all) return;
      TellEnd(now);
    }
  }

  void TellOfFrames(const Run::Frames& frames) {
    const VideosAhead ahead = Ahead();
    if (told_ == frames && told_ahead_ == ahead) return;
    Tell(observer_.on_ahead, ahead);
    Tell(observer_.on_progress, frames.done, frames.expected);
    told_ = frames;
    told_ahead_ = ahead;
  }

  // But for the thread.
  Run TakeNews(Run& run) {
    const std::lock_guard lock(mutex_);
    Run now;
    now.lines = std::exchange(run.lines, {});
    now.frames = run.frames;
    now.has_ended = run.has_ended;
    now.ended_all = run.ended_all;
    now.seconds = run.seconds;
    now.failure = run.failure;
    return now;
  }

  void TellBegin(std::size_t index) {
    told_.reset();
    Tell(observer_.on_video, VideoTurn{index, inputs_.size(), inputs_[index], runs_[index]->began});
  }

  void TellEnd(const Run& run) {
    const VideoInput& input = inputs_[turn_];
    if (runs_[turn_]->thread.joinable()) runs_[turn_]->thread.join();
    if (run.failure) {
      Tell(observer_.on_video_failed, input, *run.failure);
    } else {
      work_.Report(input);
    }
    Tell(observer_.on_video_done, input, run.seconds);
    runs_[turn_].reset();
    if (++turn_ < next_) TellBegin(turn_);
  }

  VideosAhead Ahead() {
    const std::lock_guard lock(mutex_);
    VideosAhead ahead;
    for (std::size_t i = turn_ + 1; i < next_; ++i) {
      const Run& run = *runs_[i];
      if (run.has_ended && !run.frames) {
        ++ahead.passed_over;
      } else {
        ahead.computed += run.has_ended ? 1 : run.frames.value_or(Run::Frames{}).Fraction();
      }
    }
    return ahead;
  }

  [[noreturn]] void ThrowStopped() const {
    throw Error(ErrorKind::kStopped, "stopped before video " + std::to_string(next_ + 1) + " of " +
                                         std::to_string(inputs_.size()) +
                                         "; the same command goes on with it");
  }

  const std::vector<VideoInput>& inputs_;
  const RunObserver& observer_;
  RunResources& resources_;
  std::size_t most_;
  VideoWork& work_;

  // Of the calling thread:
  std::size_t next_ = 0;  // to begin
  std::size_t turn_ = 0;  // to be told of; those before it are through
  std::optional<Run::Frames> told_;
  VideosAhead told_ahead_;
  bool is_ending_ = false;  // no other video begins
  Clock::time_point last_look_ = Clock::now();
  double idle_before_s_ = 0;

  std::mutex mutex_;  // of all below, and of what a run's thread leaves
  std::condition_variable news_;
  std::size_t ended_ = 0;
  std::exception_ptr failure_;
  std::vector<std::unique_ptr<Run>> runs_;
  std::stop_source stop_;
  std::stop_callback<std::function<void()>> on_stop_;
};

}  // namespace

void ForEachVideo(const std::vector<VideoInput>& inputs, const RunObserver& observer,
                  RunResources& resources, std::size_t most, VideoWork& work) {
  Loop(inputs, observer, resources, most, work).Execute();
}

}  // namespace mestr::internal
