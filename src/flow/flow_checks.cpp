#include "flow/flow_checks.h"

#include <cmath>
#include <sstream>
#include <string>

#include "mestr/core/error.h"

namespace mestr {
namespace {

constexpr int kSmallestSide_px = 16;
// The warp's fixed-point coordinates are 16 bits wide.
constexpr int kLargestSide_px = 16384;

template <typename T>
void Require(bool holds, const char* field, T value, const char* limit) {
  if (holds) return;
  std::ostringstream message;
  message << "flow option " << field << " is " << value << ", it must be " << limit;
  throw Error(ErrorKind::kConfig, message.str());
}

template <typename T>
std::string Size(const ImageView<T>& view) {
  return std::to_string(view.width) + " x " + std::to_string(view.height) + " px";
}

[[noreturn]] void ThrowSize(const std::string& what) {
  throw Error(ErrorKind::kInvalidArgument, "flow: " + what);
}

template <typename T>
void CheckView(const FlowPair& pair, const ImageView<T>& view, const char* name) {
  if (view.width != pair.from.width || view.height != pair.from.height) {
    ThrowSize("`from` is " + Size(pair.from) + " but `" + name + "` is " + Size(view));
  }
  if (view.data == nullptr) ThrowSize(std::string("`") + name + "` has no pixels");
  if (view.stride < view.width) {
    ThrowSize(std::string("`") + name + "` has a stride of " + std::to_string(view.stride) +
              " below its width of " + std::to_string(view.width));
  }
}

}  // namespace

void CheckTvl1Options(const Tvl1Options& options) {
  Require(options.tau > 0 && options.tau <= 0.25, "tau", options.tau, "in (0, 0.25]");
  Require(options.lambda > 0 && std::isfinite(options.lambda), "lambda", options.lambda,
          "finite and > 0");
  Require(options.theta > 0 && std::isfinite(options.theta), "theta", options.theta,
          "finite and > 0");
  Require(options.scales >= 1, "scales", options.scales, ">= 1");
  Require(options.scale_step > 0 && options.scale_step < 1, "scale_step", options.scale_step,
          "in (0, 1)");
  Require(options.warps >= 1, "warps", options.warps, ">= 1");
  Require(options.epsilon > 0 && std::isfinite(options.epsilon), "epsilon", options.epsilon,
          "finite and > 0");
  Require(options.inner_iterations >= 1, "inner_iterations", options.inner_iterations, ">= 1");
  Require(options.outer_iterations >= 1, "outer_iterations", options.outer_iterations, ">= 1");
  Require(options.median_filtering == 1 || options.median_filtering == 3 ||
              options.median_filtering == 5,
          "median_filtering", options.median_filtering, "1, 3 or 5");
}

void CheckFlowPair(const FlowPair& pair) {
  if (pair.from.width < kSmallestSide_px || pair.from.height < kSmallestSide_px) {
    ThrowSize("`from` is " + Size(pair.from) + ", at least 16 x 16 px are needed");
  }
  if (pair.from.width > kLargestSide_px || pair.from.height > kLargestSide_px) {
    ThrowSize("`from` is " + Size(pair.from) + ", at most 16384 x 16384 px are possible");
  }
  CheckView(pair, pair.from, "from");
  CheckView(pair, pair.to, "to");
  CheckView(pair, pair.u, "u");
  CheckView(pair, pair.v, "v");
}

}  // namespace mestr
