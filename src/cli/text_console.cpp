#include "cli/text_console.h"

#include <spdlog/sinks/ostream_sink.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string_view>

#include "core/text.h"

namespace mestr::cli {
using namespace internal;
namespace {

constexpr auto kDrawInterval = std::chrono::milliseconds(200);
constexpr std::size_t kUsualColumns = 80;
constexpr char kClear[] = "\r\x1b[K";

bool IsTerminal(const std::ostream& err) {
  const char* const kind = std::getenv("TERM");
  const bool is_dumb = kind != nullptr && std::string_view(kind) == "dumb";
  return &err == &std::cerr && ::isatty(STDERR_FILENO) == 1 && !is_dumb;
}

// Of the terminal as it is now; one less than there are, as some break a line that is full.
std::size_t Columns() {
  winsize size{};
  const bool is_known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
  return (is_known ? size.ws_col : kUsualColumns) - 1;
}

}  // namespace

TextConsole::TextConsole(std::ostream& err, bool quiet)
    : err_(err), has_line_(!quiet && IsTerminal(err)) {
  logger_ = std::make_shared<spdlog::logger>(
      "mestr", std::make_shared<spdlog::sinks::ostream_sink_mt>(err, /*force_flush=*/true));
  logger_->set_pattern("[%T] %l: %v");
  logger_->set_level(quiet ? spdlog::level::warn : spdlog::level::info);
}

TextConsole::~TextConsole() { ClearLine(); }

void TextConsole::Info(const std::string& line) {
  ClearLine();
  logger_->info("{}", Printable(line));
}

void TextConsole::Warn(const std::string& line) {
  ClearLine();
  logger_->warn("{}", Printable(line));
}

void TextConsole::Fail(const std::string& line) {
  ClearLine();
  logger_->error("{}", Printable(line));
}

void TextConsole::OnVideo(const VideoProgress& progress, const VideoInput& input) {
  Info("[" + std::to_string(progress.video) + "/" + std::to_string(progress.videos) + "] " +
       input.path.string());
}

void TextConsole::OnFrames(const VideoProgress& progress) {
  if (IsTimeToDraw()) Draw(ProgressText(progress, Columns()));
}

void TextConsole::OnCount(const std::string& things, const Pace& pace) {
  if (pace.done == pace.expected) return ClearLine();
  if (IsTimeToDraw()) Draw(CountText(pace, things));
}

void TextConsole::OnVideoFailed(const VideoInput& input, const std::string& why) {
  // Many errors of a file begin with its name.
  const std::string path = input.path.string();
  Fail(why.starts_with(path) ? why : path + ": " + why);
}

bool TextConsole::IsTimeToDraw() {
  const auto now = Clock::now();
  if (!has_line_ || now - last_drawn_ < kDrawInterval) return false;
  last_drawn_ = now;
  return true;
}

void TextConsole::Draw(const std::string& line) {
  err_ << kClear + line << std::flush;
  line_shown_ = true;
}

void TextConsole::ClearLine() {
  if (!line_shown_) return;
  err_ << kClear << std::flush;
  line_shown_ = false;
}

}  // namespace mestr::cli
