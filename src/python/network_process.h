// The network in a process of its own: network_process.cpp defines LoadNetwork, TorchHasCuda,
// TorchVersion and TorchBlas of mestr/model/network.h in place of those of src/model/network.cpp,
// which needs LibTorch and is not linked here.
#pragma once

#include <stop_token>

namespace mestr::internal {

// As long as it lives, networks that this thread loads or runs throw Error{kStopped} where `stop`
// is requested.
class NetworkStop {
 public:
  explicit NetworkStop(std::stop_token stop);
  ~NetworkStop();
  NetworkStop(const NetworkStop&) = delete;
  NetworkStop& operator=(const NetworkStop&) = delete;
};

}  // namespace mestr::internal
