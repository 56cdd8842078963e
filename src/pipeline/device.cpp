#include "pipeline/device.h"

#include <algorithm>
#include <string>

#include "core/stage_threads.h"
#include "mestr/core/error.h"
#include "mestr/model/network.h"

namespace mestr::internal {
namespace {

// Empty when a CUDA flow engine can be had, else why not.
std::string WhyNoCudaFlow() {
  try {
    MakeFlowEngine({.method = FlowMethod::kCuda, .tvl1 = {}});
    return {};
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kDevice) throw;
    return error.what();
  }
}

}  // namespace

DeviceChoice ChooseDevice(Device device, FlowMethod configured) {
  const std::string method(FlowMethodName(configured));
  const bool same_result = configured == FlowMethod::kExact || configured == FlowMethod::kCuda;
  const bool wants_cuda = device == Device::kCuda || configured == FlowMethod::kCuda;
  if (device == Device::kCpu && configured == FlowMethod::kCuda) {
    throw Error(ErrorKind::kConfig, "--device cpu contradicts flow.method cuda");
  }
  if (wants_cuda && !same_result) {
    throw Error(ErrorKind::kConfig,
                "--device cuda computes flow.method exact; the config asks for " + method);
  }
  if (device == Device::kCpu) {
    return {configured, ModelDevice::kCpu, "device: cpu, as asked; flow " + method};
  }
  if (!same_result) {
    return {configured, ModelDevice::kCpu, "device: cpu, because flow." + method + " runs there"};
  }
  const std::string why_not = WhyNoCudaFlow();
  if (why_not.empty()) {
    // Asked only here: LibTorch need not be there yet.
    const ModelDevice model = TorchHasCuda() ? ModelDevice::kCuda : ModelDevice::kCpu;
    const std::string network =
        model == ModelDevice::kCuda ? "the network on cuda" : "the network on the cpu";
    return {FlowMethod::kCuda, model,
            std::string("device: cuda, ") + (wants_cuda ? "as asked" : "because there is one") +
                "; " + network};
  }
  if (wants_cuda) {
    const std::string instead = device == Device::kCuda ? "--device cpu" : "flow.method exact";
    throw Error(ErrorKind::kDevice, why_not + "; " + instead + " gives the same result on the cpu");
  }
  return {FlowMethod::kExact, ModelDevice::kCpu,
          "device: cpu, because " + why_not + "; flow exact, the same result"};
}

std::vector<std::unique_ptr<FlowEngine>> MakeFlowEngines(const FlowOptions& options, int jobs) {
  const int workers = options.method == FlowMethod::kCuda ? 1 : WorkersOf(jobs);
  std::vector<std::unique_ptr<FlowEngine>> engines;
  engines.reserve(static_cast<std::size_t>(workers));
  for (int i = 0; i < workers; ++i) engines.push_back(MakeFlowEngine(options));
  return engines;
}

}  // namespace mestr::internal
