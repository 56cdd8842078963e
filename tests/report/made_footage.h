// A clip of a person with results of it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mestr/pipeline/analysis.h"

namespace mestr::testing {

// MadeAnalysis() of a clip of this many frames a second; its frames are 320 x 240 px.
Analysis FootageAnalysis(const std::vector<double>& times_s, double fps);

// One time for each of its frames: even, and as a phone has them when the light is low.
std::vector<double> EvenTimes(double fps);
std::vector<double> UnevenTimes();

// A person's clip with these times, 320 x 240 px or what is left of it.
void WriteFootage(const std::filesystem::path& path, const std::vector<double>& times_s,
                  int width_px = 320);

// A complete run of the video `path`, in `folder`.
void WriteFootageResults(const std::filesystem::path& folder, const std::filesystem::path& path,
                         const Analysis& analysis);

}  // namespace mestr::testing
