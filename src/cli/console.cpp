#include "cli/console.h"

#include <spdlog/sinks/ostream_sink.h>
#include <unistd.h>

#include <iostream>

#include "core/number_text.h"
#include "core/text.h"

namespace mestr::cli {
using namespace internal;
namespace {

constexpr auto kProgressInterval = std::chrono::milliseconds(200);

}  // namespace

Console::Console(std::ostream& err, bool quiet)
    : err_(err), terminal_(!quiet && &err == &std::cerr && ::isatty(STDERR_FILENO) == 1) {
  logger_ = std::make_shared<spdlog::logger>(
      "mestr", std::make_shared<spdlog::sinks::ostream_sink_mt>(err, /*force_flush=*/true));
  logger_->set_pattern("[%T] %l: %v");
  logger_->set_level(quiet ? spdlog::level::warn : spdlog::level::info);
}

Console::~Console() { ClearProgress(); }

RunObserver Console::Observer() {
  RunObserver observer;
  observer.on_info = [this](const std::string& line) { Info(line); };
  observer.on_warning = [this](const std::string& line) { Warn(line); };
  observer.on_video = [this](std::size_t index, std::size_t count, const VideoInput& input) {
    Info("[" + std::to_string(index + 1) + "/" + std::to_string(count) + "] " +
         input.path.string());
    video_start_ = std::chrono::steady_clock::now();
  };
  observer.on_progress = [this](std::int64_t done, std::optional<std::int64_t> expected) {
    ShowProgress(done, expected);
  };
  observer.on_video_failed = [this](const VideoInput& input, const std::string& why) {
    // Many errors of a file begin with its name.
    const std::string path = input.path.string();
    Fail(why.starts_with(path) ? why : path + ": " + why);
  };
  return observer;
}

void Console::Info(const std::string& line) {
  ClearProgress();
  logger_->info("{}", Printable(line));
}

void Console::Warn(const std::string& line) {
  ClearProgress();
  logger_->warn("{}", Printable(line));
}

void Console::Fail(const std::string& line) {
  ClearProgress();
  logger_->error("{}", Printable(line));
}

void Console::ShowProgress(std::int64_t done, std::optional<std::int64_t> expected) {
  const auto now = std::chrono::steady_clock::now();
  if (!terminal_ || now - last_shown_ < kProgressInterval) return;
  last_shown_ = now;
  const double rate =
      static_cast<double>(done) / std::chrono::duration<double>(now - video_start_).count();
  err_ << "\r\x1b[K  " << done;
  if (expected) err_ << " of " << *expected << " rows (" << 100 * done / *expected << " %)";
  err_ << ", " << FixedText(rate, 0) << " a second" << std::flush;
  line_shown_ = true;
}

void Console::ClearProgress() {
  if (!line_shown_) return;
  err_ << "\r\x1b[K" << std::flush;
  line_shown_ = false;
}

}  // namespace mestr::cli
