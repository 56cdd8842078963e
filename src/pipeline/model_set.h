// Which network each video gets.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "mestr/config/config.h"
#include "mestr/core/video_key.h"
#include "mestr/model/network.h"
#include "mestr/pipeline/analyzer.h"

namespace mestr::internal {

// Loads each network once, when the first video that needs it asks.
class ModelSet {
 public:
  ModelSet(const ModelConfig& config, ModelDevice device);

  // Throws Error{kModel} for a file that does not fit or a subject without a model, Error{kDevice}.
  Network& For(const VideoKey& video);

  std::vector<LoadedModel> loaded() const;

 private:
  const std::vector<ModelFile>& FilesFor(const VideoKey& video);

  std::vector<ModelFile> files_;
  std::map<std::string, std::vector<ModelFile>> by_subject_;
  ModelDevice device_;
  ModelLimits limits_;
  std::map<std::vector<ModelFile>, std::unique_ptr<Network>> networks_;
};

}  // namespace mestr::internal
