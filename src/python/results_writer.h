// An analysis as the files of `mestr run`.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "python/analysis_job.h"

namespace mestr::internal {

// AnalysisResult::head.
nlohmann::ordered_json HeadOf(const AnalyzerOptions& options, const Analyzer& analyzer,
                              const AnalysisResult& result);

// Writes what `mestr run` writes of this one video, with the same bytes but for run.json. Throws
// Error{kConfig} for a folder that holds something else; results of another run are refused without
// `overwrite`.
void WriteResults(const AnalysisResult& result, const std::filesystem::path& folder,
                  bool overwrite);

// The page of `mestr report`. `faces`: with pictures, for which the video is read again.
void WriteReport(const AnalysisResult& result, const std::filesystem::path& page,
                 const std::optional<std::filesystem::path>& truth, bool faces);

}  // namespace mestr::internal
