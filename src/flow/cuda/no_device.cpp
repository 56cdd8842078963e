// In place of cuda_device.cu in a build without CUDA.
#include "flow/cuda/device.h"
#include "mestr/core/error.h"

namespace mestr::internal::tvl1::cuda {

std::unique_ptr<Device> OpenDevice() {
  throw Error(ErrorKind::kDevice, "this build has no CUDA flow engine (cuda: not built)");
}

}  // namespace mestr::internal::tvl1::cuda
