// The flags that the commands that process videos share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/command_app.h"
#include "cli/console.h"
#include "core/shard.h"
#include "mestr/pipeline/analyzer.h"

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
  bool report = false;
  bool no_faces = false;  // in the report
  MessageFlags messages;

  // All but models, min_evidence, all_faces, report and no_faces.
  void AddTo(CommandApp& app);
  // Parts of them, each with its group.
  void AddInputTo(CommandApp& app);   // fps
  void AddMethodTo(CommandApp& app);  // config, overrides, landmarks
  void AddModelTo(CommandApp& app);   // models
  void AddDeviceTo(CommandApp& app);  // device

  // Defaults < config files in their order < flags. Throws Error{kConfig}.
  Config Load() const;
  // The same with device and jobs.
  AnalyzerOptions Analyzer() const;
  // Empty: all inputs. Throws Error{kConfig}.
  std::optional<internal::Shard> ParsedShard() const;
};

}  // namespace mestr::cli
