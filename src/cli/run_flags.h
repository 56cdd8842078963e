// What the commands that process videos share: their flags, and what they tell a person meanwhile.
#pragma once

#include <spdlog/logger.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "core/shard.h"
#include "mestr/pipeline/analyzer.h"
#include "pipeline/video_loop.h"

namespace mestr::cli {

struct RunFlags {
  std::vector<std::string> inputs;
  std::string output;
  std::vector<std::string> config;
  std::vector<std::string> overrides;
  std::vector<std::string> models;
  std::string landmarks;
  std::string device = "auto";
  std::optional<double> fps;
  int jobs = 0;
  std::optional<double> min_evidence;
  bool keep_damaged = false;
  bool overwrite = false;
  bool keep_going = false;
  std::string shard;  // as typed
  bool all_faces = false;
  bool quiet = false;

  // Inputs, shard, output, overwrite, keep-going, jobs, keep-damaged, and those of AddConfigTo.
  void AddTo(CLI::App& app);
  // Config, overrides, landmarks, device, fps, quiet.
  void AddConfigTo(CLI::App& app);

  // Defaults < config files in their order < flags. Throws Error{kConfig}.
  Config Load() const;
  // The same with device and jobs.
  AnalyzerOptions Analyzer() const;
  // Empty: all inputs. Throws Error{kConfig}.
  std::optional<internal::Shard> ParsedShard() const;
};

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
