#include "cli/console.h"

#include "cli/json_console.h"
#include "cli/text_console.h"

namespace mestr::cli {
using namespace internal;

void MessageFlags::AddTo(CommandApp& app) {
  app.Group(kMessagesGroup);
  app.add_flag("-q,--quiet", quiet, "Only warnings and errors");
  app.add_flag("--json-progress", json_progress,
               "Tell on standard error as lines of JSON, for a program (docs/progress.md)");
}

double Console::SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void Console::TakeTime() {
  progress_.seconds = SecondsSince(start_);
  progress_.frames.seconds = SecondsSince(video_start_);
}

RunObserver Console::Observer() {
  RunObserver observer;
  observer.on_info = [this](const std::string& line) { Info(line); };
  observer.on_warning = [this](const std::string& line) { Warn(line); };
  observer.on_start = [this](std::size_t videos) {
    start_ = Clock::now();
    OnStart(videos);
  };
  observer.on_video = [this](const VideoTurn& turn) {
    video_start_ = turn.began;
    const bool passed_over = turn.index > 0 && progress_.frames.done == 0;
    progress_ = {.video = turn.index + 1,
                 .videos = turn.count,
                 .passed_over = progress_.passed_over + (passed_over ? 1 : 0),
                 .ahead = {},
                 .name = turn.input.path.filename().string(),
                 .frames = {},
                 .seconds = 0};
    TakeTime();
    OnVideo(progress_, turn.input);
  };
  observer.on_ahead = [this](const VideosAhead& ahead) { progress_.ahead = ahead; };
  observer.on_progress = [this](std::int64_t done, std::optional<std::int64_t> expected) {
    progress_.frames.done = done;
    progress_.frames.expected = expected;
    TakeTime();
    OnFrames(progress_);
  };
  observer.on_outcome = [this](const VideoOutcome& outcome) { OnOutcome(outcome); };
  observer.on_video_failed = [this](const VideoInput& input, const std::string& why) {
    OnVideoFailed(input, why);
  };
  observer.on_video_done = [this](const VideoInput& input, double seconds) {
    TakeTime();
    progress_.frames.seconds = seconds;
    OnVideoDone(progress_, input);
  };
  return observer;
}

void Console::Count(const std::string& things, std::int64_t done, std::int64_t all) {
  OnCount(things, {.done = done, .expected = all, .seconds = SecondsSince(start_)});
}

std::unique_ptr<Console> MakeConsole(std::ostream& err, const MessageFlags& flags,
                                     const RunName& name) {
  if (flags.json_progress) return std::make_unique<JsonConsole>(err, flags.quiet, name);
  return std::make_unique<TextConsole>(err, flags.quiet);
}

}  // namespace mestr::cli
