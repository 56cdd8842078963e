#include "mestr/flow/flow_engine.h"

#include <array>
#include <utility>

#include "flow/cuda/cuda_engine.h"
#include "flow/flow_checks.h"
#include "flow/opencv_engine.h"
#include "flow/tvl1_engine.h"
#include "mestr/core/error.h"

namespace mestr {
namespace {

constexpr std::array<std::pair<FlowMethod, std::string_view>, 4> kMethodNames = {{
    {FlowMethod::kOpenCv, "opencv"},
    {FlowMethod::kExact, "exact"},
    {FlowMethod::kFast, "fast"},
    {FlowMethod::kCuda, "cuda"},
}};

}  // namespace

std::string_view FlowMethodName(FlowMethod method) {
  for (const auto& [known, name] : kMethodNames) {
    if (known == method) return name;
  }
  throw Error(ErrorKind::kInvalidArgument, "flow: no such FlowMethod");
}

FlowMethod ParseFlowMethod(std::string_view name) {
  for (const auto& [method, known] : kMethodNames) {
    if (known == name) return method;
  }
  throw Error(ErrorKind::kConfig,
              "unknown flow method '" + std::string(name) + "': use opencv, exact, fast or cuda");
}

std::unique_ptr<FlowEngine> MakeFlowEngine(FlowMethod method, const Tvl1Options& options) {
  CheckTvl1Options(options);
  switch (method) {
    case FlowMethod::kOpenCv:
      return MakeOpenCvFlowEngine(options);
    case FlowMethod::kExact:
    case FlowMethod::kFast:
      return tvl1::MakeEngine(method, options);
    case FlowMethod::kCuda:
      return tvl1::cuda::MakeEngine(options);
  }
  throw Error(ErrorKind::kInvalidArgument, "flow: no such FlowMethod");
}

}  // namespace mestr
