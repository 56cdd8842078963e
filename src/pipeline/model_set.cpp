#include "pipeline/model_set.h"

#include "mestr/core/error.h"
#include "mestr/submission/records.h"

namespace mestr {

constexpr const char* kEmbeddedModel = "models/mean_synthetic.pt";

ModelSet::ModelSet(const ModelConfig& config, ModelDevice device,
                   const std::vector<VideoInput>& inputs)
    : files_(config.files) {
  // Subjects are one when the protocol takes them for one: 017 and 17.
  for (const auto& [subject, files] : config.by_subject) {
    by_subject_[ComparableSubject(subject)] = files;
  }
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
  const auto found = by_subject_.find(ComparableSubject(input.subject));
  if (found != by_subject_.end()) return found->second;
  if (!files_.empty()) return files_;
  if (by_subject_.empty()) return {ShippedFile(kEmbeddedModel)};
  throw Error(ErrorKind::kModel, "no model for subject '" + input.subject + "' of " +
                                     input.path.string() +
                                     ": add it to model.by_subject, or give model.files for all "
                                     "other subjects");
}

}  // namespace mestr
