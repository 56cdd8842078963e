#include "config/input_options.h"

#include <algorithm>

namespace mestr::internal {

InputOptions InputOptionsOf(const Config& config, std::optional<double> fps) {
  InputOptions options{.layouts = {}, .fps = fps};
  for (const DatasetConfig& dataset : config.datasets) options.layouts.push_back(dataset.layout);
  return options;
}

std::vector<std::string> UsualConfigs(std::span<const VideoInput> videos) {
  const std::vector<DatasetConfig> known = DefaultConfig().datasets;
  const auto is_of_the_challenge = [&](const VideoInput& video) {
    return std::any_of(known.begin(), known.end(), [&](const DatasetConfig& dataset) {
      return dataset.layout.dataset == video.key.dataset;
    });
  };
  if (std::any_of(videos.begin(), videos.end(), is_of_the_challenge)) return {};
  return {"demo"};
}

}  // namespace mestr::internal
