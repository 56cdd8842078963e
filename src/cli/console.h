// What the commands that process videos tell a person meanwhile.
#pragma once

#include <spdlog/logger.h>

#include <chrono>
#include <memory>
#include <optional>
#include <ostream>
#include <string>

#include "pipeline/video_loop.h"

namespace mestr::cli {

// Logs to `err`, and shows a line of progress there when it is a terminal.
class Console {
 public:
  Console(std::ostream& err, bool quiet);
  ~Console();

  internal::RunObserver Observer();

  void Info(const std::string& line);
  void Warn(const std::string& line);
  void Fail(const std::string& line);

 private:
  void ShowProgress(std::int64_t done, std::optional<std::int64_t> expected);
  void ClearProgress();

  std::ostream& err_;
  std::shared_ptr<spdlog::logger> logger_;
  bool terminal_;
  bool line_shown_ = false;
  std::chrono::steady_clock::time_point video_start_;
  std::chrono::steady_clock::time_point last_shown_;
};

}  // namespace mestr::cli
