// A results folder without a run: what the pipeline writes of a made-up analysis.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "mestr/pipeline/analysis.h"

namespace mestr::testing {

// 90 frames at 30 fps of one face, which frames 40 to 49 (0-based) hide: two stretches, the second
// with a threshold of its own. Two finds (frames 10 to 14, "negative"; 60 to 66, "positive"), one
// longer movement (20 to 39, "negative").
Analysis MadeAnalysis();

// An entry of run.json for a video that succeeded, or failed with `error`.
nlohmann::ordered_json MadeEntry(const std::string& video, const std::string& error = "");

// A complete run.json of these entries.
nlohmann::ordered_json MadeRun(const std::vector<nlohmann::ordered_json>& entries);

// The record of MadeAnalysis() for the video of that name.
nlohmann::ordered_json MadeVideo(const std::string& video, const Analysis& analysis);

// A complete run of one video, "a", in `folder`.
void WriteMadeResults(const std::filesystem::path& folder);

}  // namespace mestr::testing
