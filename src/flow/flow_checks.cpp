#include "flow/flow_checks.h"

#include <string>

#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

constexpr int kSmallestSide_px = 16;
// The warp's fixed-point coordinates are 16 bits wide.
constexpr int kLargestSide_px = 16384;

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

}  // namespace mestr::internal
