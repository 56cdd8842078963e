#include "cli/run_flags.h"

#include <spdlog/sinks/ostream_sink.h>
#include <unistd.h>

#include <iostream>

#include "core/limits.h"
#include "core/number_text.h"
#include "core/text.h"

namespace mestr::cli {
using namespace internal;
namespace {

constexpr auto kProgressInterval = std::chrono::milliseconds(200);

}  // namespace

void RunFlags::AddTo(CLI::App& app) {
  app.add_option("INPUT", inputs,
                 "Video files, folders of frames (jpg, png, bmp: those that one number in their "
                 "names counts), folders of both with their sub-folders, data-set roots (with "
                 "CAS_data or SAMM_data), or manifests (CSV: dataset,subject,video,path,fps)")
      ->required();
  app.add_option("-o,--output", output, "Folder for the results")->required();
  app.add_flag("--overwrite", overwrite,
               "Begin anew where an earlier call wrote to that folder, in place of going on: what "
               "it wrote is removed once there is something new");
  app.add_option("--shard", shard,
                 "I/N: only the I-th of N parts of the inputs, which follow each other and have "
                 "about as many frames each; for N machines");
  app.add_flag("--keep-going", keep_going, "Videos that fail are listed, and the exit code is 0");
  app.add_option("-j,--jobs", jobs, "Flow workers; 0: one a processor")->capture_default_str();
  app.add_flag("--keep-damaged", keep_damaged,
               "Damaged frames of a video count as missing instead of being an error");
  AddConfigTo(app);
}

void RunFlags::AddConfigTo(CLI::App& app) {
  app.add_option(
         "--config", config,
         "YAML file, or the name of a shipped one: megc2025, mean_cas, mean_samm, demo; with a "
         "model of windows boosting_cas, boosting_samm, metst_cas, metst_samm, "
         "metst_plus_cas, metst_plus_samm; repeatable, a later one goes over an earlier one")
      ->allow_extra_args(false);
  app.add_option("--set", overrides, "section.key=value, over the config files; repeatable")
      ->allow_extra_args(false);
  app.add_option("--landmarks", landmarks,
                 "dlib's 68-point model (its weights are for research use); also MESTR_LANDMARKS");
  app.add_option("--device", device, "auto, cpu or cuda")->capture_default_str();
  app.add_option("--fps", fps, "Frame rate of the inputs, in place of a video file's own");
  app.add_flag("-q,--quiet", quiet, "Only warnings and errors");
}

Config RunFlags::Load() const {
  if (fps) RequireInRange("--fps", *fps, FrameRateLimits());
  RequireInRange("--jobs", jobs, Limits::Closed(0, 1024));
  Config loaded = LoadConfig(config, overrides);
  if (keep_damaged) loaded.video.keep_damaged = true;
  if (min_evidence) {
    RequireInRange("--min-evidence", *min_evidence, Limits::Closed(0, 1));
    loaded.spot.min_evidence = min_evidence;
  }
  if (all_faces) loaded.face.all_faces = true;
  if (!landmarks.empty()) loaded.landmarks = landmarks;
  if (!models.empty()) {
    loaded.model.files.clear();
    for (const std::string& file : models) loaded.model.files.push_back({file});
    loaded.model.by_subject.clear();
  }
  return loaded;
}

AnalyzerOptions RunFlags::Analyzer() const {
  return {.config = Load(), .device = ParseDevice(device), .jobs = jobs, .extractors = {}};
}

std::optional<Shard> RunFlags::ParsedShard() const {
  if (shard.empty()) return std::nullopt;
  return ParseShard(shard);
}

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
