#include "mestr/flow/flow_engine.h"

#include "flow/cuda/cuda_engine.h"
#include "flow/opencv_engine.h"
#include "flow/tvl1_engine.h"
#include "mestr/core/error.h"

namespace mestr {
using namespace internal;

std::unique_ptr<FlowEngine> MakeFlowEngine(const FlowOptions& options) {
  options.Check();
  switch (options.method) {
    case FlowMethod::kOpenCv:
      return MakeOpenCvFlowEngine(options.tvl1);
    case FlowMethod::kExact:
    case FlowMethod::kFast:
      return tvl1::MakeEngine(options.method, options.tvl1);
    case FlowMethod::kCuda:
      return tvl1::cuda::MakeEngine(options.tvl1);
  }
  throw Error(ErrorKind::kInvalidArgument, "flow: no such FlowMethod");
}

}  // namespace mestr
