// What the commands that process videos tell meanwhile: lines for a person, or JSON for a program.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>

#include "cli/command_app.h"
#include "cli/progress.h"
#include "pipeline/run.h"

namespace mestr::cli {

struct MessageFlags {
  bool quiet = false;
  bool json_progress = false;

  void AddTo(CommandApp& app);
};

class Console {
 public:
  virtual ~Console() = default;

  virtual void Info(const std::string& line) = 0;
  // From any thread.
  virtual void Warn(const std::string& line) = 0;
  virtual void Fail(const std::string& line) = 0;

  // What `body` returns. Where a program is told, it is told the end too, with what `body` throws.
  virtual int Run(const std::function<int()>& body) { return body(); }

  // Tells what happens to videos. This outlives it.
  internal::RunObserver Observer();
  // So many "clips" of all are done. From one thread at a time.
  void Count(const std::string& things, std::int64_t done, std::int64_t all);

 protected:
  using Clock = std::chrono::steady_clock;

  virtual void OnStart(std::size_t videos) = 0;
  virtual void OnVideo(const VideoProgress& progress, const VideoInput& input) = 0;
  virtual void OnFrames(const VideoProgress& progress) = 0;
  virtual void OnCount(const std::string& things, const Pace& pace) = 0;
  virtual void OnOutcome(const internal::VideoOutcome& outcome) = 0;
  virtual void OnVideoFailed(const VideoInput& input, const std::string& why) = 0;
  virtual void OnVideoDone(const VideoProgress& progress, const VideoInput& input) = 0;

  static double SecondsSince(Clock::time_point start);

 private:
  void TakeTime();

  VideoProgress progress_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point video_start_;
};

// Which run it is, for a program that is told.
struct RunName {
  std::string command;  // "run"
  std::string output;   // folder
};

// Of the flags: to `err`. Lines of a person's are logged, with a line of progress below them where
// `err` is a terminal.
std::unique_ptr<Console> MakeConsole(std::ostream& err, const MessageFlags& flags,
                                     const RunName& name);

}  // namespace mestr::cli
