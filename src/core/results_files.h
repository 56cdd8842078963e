// The names of the files in the folder that `mestr run` writes.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace mestr::internal {

inline constexpr char kRunFile[] = "run.json";
inline constexpr char kReportFile[] = "report.html";
inline constexpr char kVideosFolder[] = "videos";
inline constexpr std::string_view kVideoEnding = ".json";
inline constexpr std::string_view kFramesEnding = "_frames.csv";

// True for "videos/<name><ending>", whatever the record's origin: no "videos/../x.json".
bool IsVideoFileName(const nlohmann::ordered_json& name, std::string_view ending);

}  // namespace mestr::internal
