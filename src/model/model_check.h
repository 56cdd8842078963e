// Model files, checked as far as that goes without LibTorch.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "mestr/core/model_file.h"
#include "mestr/model/network.h"

namespace mestr::internal {

struct CheckedFile {
  ModelFile file;
  ModelInfo info;
  std::string archive;  // what LibTorch may load (CheckedModel)
  std::string sha256;   // of the file
};

// The first half of LoadNetwork: throws Error{kModel} for all that is wrong with a file but for
// what only LibTorch can tell.
std::vector<CheckedFile> CheckModelFiles(const std::vector<ModelFile>& files,
                                         const ModelLimits& limits);

// As Network::sha256.
std::string JoinedSha256(const std::vector<CheckedFile>& files);

// The second half, which needs LibTorch.
std::unique_ptr<Network> LoadCheckedFiles(std::vector<CheckedFile> files, ModelDevice device,
                                          const ModelLimits& limits);

}  // namespace mestr::internal
