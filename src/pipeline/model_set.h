// Which network each video gets.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "mestr/model/mean_model.h"
#include "mestr/pipeline/config.h"

namespace mestr {

// Loads, before the first video, every network that the inputs need, each once.
class ModelSet {
 public:
  // Throws Error{kModel} for a file that does not fit or a subject without a model, Error{kDevice}.
  ModelSet(const ModelConfig& config, ModelDevice device, const std::vector<VideoInput>& inputs);

  MeanModel& For(const VideoInput& input);

  // Every network that was loaded.
  std::vector<const MeanModel*> all() const;

 private:
  std::vector<std::filesystem::path> FilesFor(const VideoInput& input) const;

  std::vector<std::filesystem::path> files_;
  std::map<std::string, std::vector<std::filesystem::path>> by_subject_;
  std::map<std::vector<std::filesystem::path>, std::unique_ptr<MeanModel>> models_;
};

}  // namespace mestr
