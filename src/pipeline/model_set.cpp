#include "pipeline/model_set.h"

#include "mestr/core/error.h"

namespace mestr {

constexpr const char* kEmbeddedModel = "models/mean_synthetic.pt";

ModelSet::ModelSet(const ModelConfig& config, ModelDevice device,
                   const std::vector<VideoInput>& inputs)
    : config_(config) {
  for (const VideoInput& input : inputs) {
    const auto files = FilesFor(input);
    if (!models_.contains(files)) models_.emplace(files, LoadMeanModel(files, device));
  }
}

MeanModel& ModelSet::For(const VideoInput& input) { return *models_.at(FilesFor(input)); }

std::vector<const MeanModel*> ModelSet::all() const {
  std::vector<const MeanModel*> all;
  for (const auto& [files, model] : models_) all.push_back(model.get());
  return all;
}

std::vector<std::filesystem::path> ModelSet::FilesFor(const VideoInput& input) const {
  if (const auto found = config_.by_subject.find(input.subject);
      found != config_.by_subject.end()) {
    return found->second;
  }
  if (!config_.files.empty()) return config_.files;
  if (config_.by_subject.empty()) return {ShippedFile(kEmbeddedModel)};
  throw Error(ErrorKind::kModel, "no model for subject '" + input.subject + "' of " +
                                     input.path.string() +
                                     ": add it to model.by_subject, or give model.files for all "
                                     "other subjects");
}

}  // namespace mestr
