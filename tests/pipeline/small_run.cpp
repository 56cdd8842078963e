#include "pipeline/small_run.h"

#include "support/synthetic_video.h"
#include "support/test_support.h"

namespace mestr::testing {
namespace fs = std::filesystem;

fs::path TinyModel() { return SourcePath("tests/data/model/tiny.pt"); }

AnalyzerOptions SmallAnalyzer() {
  AnalyzerOptions options;
  options.config.model.files = {{TinyModel()}};
  options.config.spot.p = 0;  // made-up weights have no clear peaks: every one above the mean
  options.device = Device::kCpu;
  options.jobs = 2;
  return options;
}

AnalyzerOptions DemoAnalyzer() {
  AnalyzerOptions options = SmallAnalyzer();
  options.config.model.files.clear();
  options.config.spot.p.reset();
  return options;
}

internal::RunOptions OptionsFor(const std::vector<fs::path>& inputs, const fs::path& output) {
  internal::RunOptions options;
  options.analyzer = SmallAnalyzer();
  for (const fs::path& input : inputs) options.inputs.push_back(input.string());
  options.fps = kClipFps;
  options.output = output;
  return options;
}

internal::ExportOptions ExportOptionsFor(const std::vector<fs::path>& inputs,
                                         const fs::path& output) {
  const internal::RunOptions run = OptionsFor(inputs, output);
  internal::ExportOptions options;
  options.analyzer = run.analyzer;
  options.inputs = run.inputs;
  options.fps = run.fps;
  options.output = run.output;
  options.half = false;
  return options;
}

}  // namespace mestr::testing
