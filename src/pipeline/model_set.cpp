#include "pipeline/model_set.h"

#include <utility>

#include "config/shipped_files.h"
#include "mestr/core/error.h"
#include "mestr/submission/records.h"

namespace mestr::internal {

constexpr const char* kEmbeddedModel = "models/mean_synthetic.pt";

ModelSet::ModelSet(const ModelConfig& config, ModelDevice device)
    : files_(config.files), device_(device), limits_(config.limits) {
  // Subjects are one when the protocol takes them for one: 017 and 17.
  for (const auto& [subject, files] : config.by_subject) {
    if (!by_subject_.emplace(ComparableSubject(subject), files).second) {
      throw Error(ErrorKind::kConfig, "model.by_subject names subject " +
                                          ComparableSubject(subject) +
                                          " twice, with and without zeros in front");
    }
  }
}

SharedNetwork& ModelSet::For(const VideoKey& video) {
  const std::lock_guard lock(mutex_);
  const std::vector<ModelFile>& files = FilesFor(video);
  const auto found = networks_.find(files);
  if (found != networks_.end()) return found->second;
  std::unique_ptr<Network> network = LoadNetwork(files, device_, limits_);
  SharedNetwork& shared = networks_[files];
  shared.network = std::move(network);
  return shared;
}

std::vector<LoadedModel> ModelSet::loaded() const {
  const std::lock_guard lock(mutex_);
  std::vector<LoadedModel> models;
  for (const auto& [files, shared] : networks_) {
    models.push_back({shared.network->info(), shared.network->sha256()});
  }
  return models;
}

const std::vector<ModelFile>& ModelSet::FilesFor(const VideoKey& video) {
  const auto found = by_subject_.find(ComparableSubject(video.subject));
  if (found != by_subject_.end()) return found->second;
  if (files_.empty() && by_subject_.empty()) files_ = {{ShippedFile(kEmbeddedModel)}};
  if (!files_.empty()) return files_;
  throw Error(ErrorKind::kModel, "no model for subject '" + video.subject + "' of video '" +
                                     video.video +
                                     "': add it to model.by_subject, or give model.files for all "
                                     "other subjects");
}

}  // namespace mestr::internal
