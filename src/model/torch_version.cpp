// By itself, because it needs LibTorch's header alone.
#include <torch/version.h>

#include "mestr/model/network.h"

namespace mestr {

std::string TorchVersion() { return TORCH_VERSION; }

}  // namespace mestr
