// The events that a run found, for answers to questions.
#pragma once

#include <filesystem>
#include <vector>

#include "vqa/spotting_answers.h"

namespace mestr::cli {

// Of each video of a folder of `mestr run`. Finds are micro-expressions, and what a model with
// probabilities told apart as too long is a macro-expression; other models' finds are either by
// kLongestMicro_s. Throws Error{kInput} for a folder that is none, and for a video that failed.
std::vector<internal::SpottedVideo> SpottedVideosOf(const std::filesystem::path& run);

}  // namespace mestr::cli
