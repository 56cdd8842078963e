// Which network each video gets.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "core/cost.h"
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

// It for one video: each call waits for its turn, and then for a processor, so that who waits for
// the network has none. Of a CUDA device, too: its calls are short.
class NetworkInTurn final : public Network {
 public:
  // Both outlive this.
  NetworkInTurn(SharedNetwork& shared, Processors& processors)
      : shared_(shared), processors_(processors) {}

  const ModelInfo& info() const override { return shared_.network->info(); }
  const std::string& sha256() const override { return shared_.network->sha256(); }

  ScoreTrack Score(std::span<const float> rows) override {
    const std::lock_guard lock(shared_.in_use);
    const Processors::Busy busy(processors_);
    const ScopedCost cost(cost_, CLOCK_THREAD_CPUTIME_ID);
    return shared_.network->Score(rows);
  }

  const Cost& cost() const { return cost_; }  // of its calls

 private:
  SharedNetwork& shared_;
  Processors& processors_;
  Cost cost_;
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
