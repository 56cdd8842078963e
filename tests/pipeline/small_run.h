// Options of runs that are small and need no other model than the committed one.
#pragma once

#include <filesystem>
#include <vector>

#include "mestr/pipeline/analyzer.h"
#include "pipeline/export_features.h"
#include "pipeline/run.h"

namespace mestr::testing {

// Made-up weights, three classes, k = 3 at 30 fps.
std::filesystem::path TinyModel();

// The tiny model on the CPU, two workers; every peak above the mean is spotted.
AnalyzerOptions SmallAnalyzer();

// The embedded model and its own threshold instead: what a clear expression is spotted with.
AnalyzerOptions DemoAnalyzer();

// The tiny model for these inputs, frame folders at kClipFps; results in `output`.
internal::RunOptions OptionsFor(const std::vector<std::filesystem::path>& inputs,
                                const std::filesystem::path& output);

// The same for the features of these inputs, in single precision.
internal::ExportOptions ExportOptionsFor(const std::vector<std::filesystem::path>& inputs,
                                         const std::filesystem::path& output);

}  // namespace mestr::testing
