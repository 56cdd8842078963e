#include "features/roi_flow_v1.h"

#include <utility>

#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

class RoiFlow final : public WindowExtractor {
 public:
  explicit RoiFlow(WindowSpec spec) : spec_(std::move(spec)) {}

  const WindowSpec& spec() const override { return spec_; }

  WindowRows Compute(std::span<const cv::Mat>) override {
    throw Error(ErrorKind::kInvalidArgument, "RoiFlow: not there yet");
  }

 private:
  WindowSpec spec_;
};

std::unique_ptr<WindowExtractor> Make(const char* kind, int row_values,
                                      const WindowOptions& options) {
  options.Check();
  return std::make_unique<RoiFlow>(WindowSpec{options, kind, {row_values}, options.variant});
}

}  // namespace

std::unique_ptr<WindowExtractor> MakeRoiFlow36V1(const WindowOptions& options) {
  return Make(kRoiFlow36V1, kRoiFlow36Values, options);
}

std::unique_ptr<WindowExtractor> MakeRoiFlow10V1(const WindowOptions& options) {
  return Make(kRoiFlow10V1, kRoiFlow10Values, options);
}

}  // namespace mestr::internal
