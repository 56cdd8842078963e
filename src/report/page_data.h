// What report.html shows, as JSON: small enough that a page of many hours opens at once.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "report/truth.h"
#include "results/results.h"

namespace mestr::internal {

// Of one video: what the table of all videos needs, what its own view needs, and its rows in the
// table of intervals. Frames are 1-based there.
struct VideoData {
  nlohmann::ordered_json summary;
  nlohmann::ordered_json view;
  nlohmann::ordered_json rows;  // a list; "video" and "number" are left to the caller
};

// `judged`: empty without labels.
VideoData DataOf(const VideoResults& video, const std::optional<JudgedVideo>& judged);

// The summary of one that failed. `misses`: its labels that count; empty without labels.
nlohmann::ordered_json SummaryOfFailed(const RunVideo& video, std::optional<std::int64_t> misses);

// What is the same for all videos.
nlohmann::ordered_json RunData(const RunResults& run);

}  // namespace mestr::internal
