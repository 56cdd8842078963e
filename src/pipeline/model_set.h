// Which network each video gets.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/processors.h"
#include "mestr/config/config.h"
#include "mestr/core/video_key.h"
#include "mestr/model/network.h"
#include "mestr/pipeline/analyzer.h"

namespace mestr::internal {

// A network that several videos use, one at a time.
struct SharedNetwork {
  std::unique_ptr<Network> network;
  std::mutex in_use;
};

// It, and a processor to run it, while it lives.
class NetworkTurn {
 public:
  // In this order: who waits for the network has no processor.
  NetworkTurn(SharedNetwork& shared, Processors& processors)
      : lock_(shared.in_use), busy_(processors) {}

 private:
  std::lock_guard<std::mutex> lock_;
  Processors::Busy busy_;
};

// Loads each network once, when the first video that needs it asks. Thread-safe.
class ModelSet {
 public:
  ModelSet(const ModelConfig& config, ModelDevice device);

  // Throws Error{kModel} for a file that does not fit or a subject without a model, Error{kDevice}.
  SharedNetwork& For(const VideoKey& video);

  std::vector<LoadedModel> loaded() const;

 private:
  const std::vector<ModelFile>& FilesFor(const VideoKey& video);

  mutable std::mutex mutex_;
  std::vector<ModelFile> files_;
  std::map<std::string, std::vector<ModelFile>> by_subject_;
  ModelDevice device_;
  ModelLimits limits_;
  std::map<std::vector<ModelFile>, SharedNetwork> networks_;
};

}  // namespace mestr::internal
