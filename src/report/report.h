// report.html: the results of a run as a page to look at.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace mestr::internal {

struct ReportOptions {
  std::filesystem::path results;               // a folder of `mestr run`
  std::optional<std::filesystem::path> truth;  // labels
  bool faces = true;                           // false: no picture of anybody
  std::filesystem::path landmark_model;        // for the pictures, as FindLandmarkModel takes it
  // Empty: report.html in `results`, where run.json then lists it as the run's own.
  std::optional<std::filesystem::path> output;
};

struct ReportObserver {
  std::function<void(const std::string&)> on_warning;  // what could not be shown, one line each
};

// Gives the file that it wrote, whole or not at all. A video that is not there any more, or another
// one now, has no pictures, and the page says why. Throws Error{kInput} for what is no folder of
// results, labels that are none or of other videos; {kConfig} where the file cannot be written, or
// a report.html is there that is not the run's; {kModel} without a landmark model for the pictures.
std::filesystem::path WriteReportPage(const ReportOptions& options,
                                      const ReportObserver& observer = {});

}  // namespace mestr::internal
