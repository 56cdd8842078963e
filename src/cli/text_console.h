// For a person: a log, and below it a line of progress.
#pragma once

#include <spdlog/logger.h>

#include <atomic>

#include "cli/console.h"

namespace mestr::cli {

class TextConsole : public Console {
 public:
  // With `quiet` warnings and errors alone, and no progress.
  TextConsole(std::ostream& err, bool quiet);
  ~TextConsole() override;

  void Info(const std::string& line) override;
  void Warn(const std::string& line) override;
  void Fail(const std::string& line) override;

 protected:
  void OnStart(std::size_t) override {}
  void OnVideo(const VideoProgress& progress, const VideoInput& input) override;
  void OnFrames(const VideoProgress& progress) override;
  void OnCount(const std::string& things, const Pace& pace) override;
  void OnOutcome(const internal::VideoOutcome&) override {}
  void OnVideoFailed(const VideoInput& input, const std::string& why) override;
  void OnVideoDone(const VideoProgress&, const VideoInput&) override { ClearLine(); }

 private:
  // False where it was drawn a moment ago.
  bool IsTimeToDraw();
  void Draw(const std::string& line);
  // Nothing else is written while the line is there.
  void ClearLine();

  std::ostream& err_;
  std::shared_ptr<spdlog::logger> logger_;
  bool has_line_;  // `err` is a terminal that can move its cursor
  std::atomic<bool> line_shown_ = false;
  Clock::time_point last_drawn_;
};

}  // namespace mestr::cli
