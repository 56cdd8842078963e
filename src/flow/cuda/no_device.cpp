// In place of cuda_device.cu in a build without CUDA.
#include "flow/cuda/device.h"
#include "mestr/core/error.h"

namespace mestr::tvl1::cuda {

std::unique_ptr<Device> OpenDevice() {
  throw Error(ErrorKind::kDevice,
              "this build has no CUDA flow engine (cuda: not built); use the flow method exact, "
              "which gives the same result on the CPU");
}

}  // namespace mestr::tvl1::cuda
