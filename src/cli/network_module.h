// The calls that need LibTorch, in a module of their own: loading it takes longer than all else
// that happens before the first frame. network_late.cpp makes of them what
// mestr/model/network.h promises.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "mestr/core/score_track.h"
#include "model/model_check.h"

namespace mestr::cli {

struct NetworkCalls {
  const char* version;  // of the module, and the sizes of what crosses: must be the program's
  std::array<std::size_t, 4> sizes;

  std::unique_ptr<Network> (*load)(std::vector<internal::CheckedFile> files, ModelDevice device,
                                   const ModelLimits& limits);
  bool (*has_cuda)();
  std::string (*blas)();
};

inline constexpr std::array<std::size_t, 4> kNetworkSizes = {
    sizeof(internal::CheckedFile), sizeof(ModelInfo), sizeof(ModelLimits), sizeof(ScoreTrack)};

inline constexpr char kNetworkFile[] = "mestr_network.so";
inline constexpr char kNetworkEntry[] = "mestr_network";

}  // namespace mestr::cli
