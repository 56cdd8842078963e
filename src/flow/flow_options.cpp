#include <array>
#include <string>
#include <utility>

#include "core/limits.h"
#include "mestr/core/error.h"
#include "mestr/flow/flow_engine.h"

namespace mestr {
using namespace internal;
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

void Tvl1Options::Check() const {
  RequireInRange("flow.tau", tau, Limits::OpenLow(0, 0.25));
  RequireInRange("flow.lambda", lambda, Limits::Above(0));
  RequireInRange("flow.theta", theta, Limits::Above(0));
  RequireInRange("flow.scales", scales, Limits::AtLeast(1));
  RequireInRange("flow.scale_step", scale_step, Limits::Open(0, 1));
  RequireInRange("flow.warps", warps, Limits::AtLeast(1));
  RequireInRange("flow.epsilon", epsilon, Limits::Above(0));
  RequireInRange("flow.inner_iterations", inner_iterations, Limits::AtLeast(1));
  RequireInRange("flow.outer_iterations", outer_iterations, Limits::AtLeast(1));
  if (median_filtering != 1 && median_filtering != 3 && median_filtering != 5) {
    throw Error(ErrorKind::kConfig, "flow.median_filtering is " + std::to_string(median_filtering) +
                                        "; it must be 1, 3 or 5");
  }
}

void FlowOptions::Check() const { tvl1.Check(); }

}  // namespace mestr
