#include "config/input_options.h"

#include <algorithm>

namespace mestr::internal {

InputOptions InputOptionsOf(const Config& config, std::optional<double> fps) {
  InputOptions options{.layouts = {}, .fps = fps};
  for (const DatasetConfig& dataset : config.datasets) options.layouts.push_back(dataset.layout);
  return options;
}

std::vector<std::string> UsualConfigs(const std::vector<std::string>& inputs,
                                      std::optional<double> fps) {
  const InputOptions options = InputOptionsOf(DefaultConfig(), fps);
  const std::vector<VideoInput> videos = ResolveInputs(inputs, options).videos;
  const bool of_the_challenge = std::any_of(videos.begin(), videos.end(), [&](const auto& video) {
    return std::any_of(options.layouts.begin(), options.layouts.end(),
                       [&](const auto& layout) { return layout.dataset == video.key.dataset; });
  });
  if (of_the_challenge) return {};
  return {"demo"};
}

}  // namespace mestr::internal
