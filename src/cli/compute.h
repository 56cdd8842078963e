// The calls that need dlib, OpenCV and FFmpeg. They are in a module of their own, which is loaded
// when a command first computes: the other commands, and every --help, start at once. LibTorch
// comes later still (cli/network_module.h).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "bench/bench.h"
#include "pipeline/export_features.h"
#include "pipeline/run.h"
#include "report/render_video.h"
#include "report/report.h"
#include "synth/synth_set.h"
#include "vqa/spotting_answers.h"
#include "vqa_ask/ask.h"

namespace mestr::cli {

struct BenchTexts {
  std::string tables;
  std::string json;
};

// Each as the function of its library; all throw mestr::Error.
struct Compute {
  const char* version;  // of the module, and the sizes of what crosses: must be the program's
  std::array<std::size_t, 12> sizes;

  internal::RunSummary (*run)(const internal::RunOptions& options,
                              const internal::RunObserver& observer);
  internal::ExportSummary (*features)(const internal::ExportOptions& options,
                                      const internal::RunObserver& observer);
  BenchTexts (*bench)(const internal::BenchOptions& options,
                      const internal::BenchProgress& progress, const std::string& command_line);
  internal::SynthSetSummary (*synth)(const internal::SynthSetOptions& set,
                                     const std::filesystem::path& output,
                                     const internal::SynthWriteOptions& options);
  internal::RenderSummary (*render)(
      const internal::RenderOptions& options,
      const std::function<void(std::int64_t done, std::int64_t all)>& progress);
  std::filesystem::path (*report)(const internal::ReportOptions& options,
                                  const internal::ReportObserver& observer);
  std::vector<internal::SpottedVideo> (*spotted_videos)(const std::filesystem::path& run);
  internal::AskSummary (*ask)(const internal::AskOptions& options,
                              const internal::AskObserver& observer);
  ResolvedInputs (*resolve_inputs)(const std::vector<std::string>& arguments,
                                   const InputOptions& options);
  std::optional<std::int64_t> (*announced_frames)(const VideoInput& input);
  int (*doctor)(std::ostream& out);  // the number of problems
};

// Of what crosses from the program to the module and back.
inline constexpr std::array<std::size_t, 12> kCrossingSizes = {
    sizeof(internal::RunOptions),      sizeof(internal::RunSummary),
    sizeof(internal::ExportOptions),   sizeof(internal::BenchOptions),
    sizeof(internal::SynthSetOptions), sizeof(internal::RenderOptions),
    sizeof(internal::ReportOptions),   sizeof(internal::AskOptions),
    sizeof(internal::AskSummary),      sizeof(internal::SpottedVideo),
    sizeof(internal::VideoResults),    sizeof(Analysis)};

// The functions where they are linked.
const Compute& LinkedCompute();

// What the commands call: the linked ones in the tests, those of the module in the program, loaded
// at the first call. Throws Error{kConfig} where the module is missing or of another version.
const Compute& LoadCompute();

// Where the program looks for the module: beside itself, then where `cmake --install` puts it.
inline constexpr char kComputeFile[] = "mestr_compute.so";
inline constexpr char kComputeEntry[] = "mestr_compute";

}  // namespace mestr::cli
