// The module's only entry.
#include "cli/network_module.h"

#include "mestr/core/version.h"

extern "C" __attribute__((visibility("default"))) const void* mestr_network() {
  static const mestr::cli::NetworkCalls calls = {
      .version = mestr::Version(),
      .sizes = mestr::cli::kNetworkSizes,
      .load = mestr::internal::LoadCheckedFiles,
      .has_cuda = mestr::TorchHasCuda,
      .blas = mestr::TorchBlas,
  };
  return &calls;
}
