// How far the run has come whose results a folder holds.
#pragma once

#include <cstddef>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace mestr::internal {

// Of the videos in a run's record.
struct RunCounts {
  std::size_t videos = 0;
  std::size_t failed = 0;
  std::size_t open = 0;  // neither done nor failed
};

RunCounts CountsOf(const nlohmann::ordered_json& run);

// What is missing in the results of a folder, one line for people; empty: nothing, or it has no
// record of a run.
std::string UnfinishedText(const std::filesystem::path& folder);

}  // namespace mestr::internal
