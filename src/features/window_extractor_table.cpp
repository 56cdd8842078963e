#include <array>

#include "core/shape.h"
#include "features/roi_flow_v1.h"
#include "mestr/features/window_extractor.h"

namespace mestr {
using namespace internal;

std::size_t WindowSpec::RowValues() const { return ValuesOf(row_shape); }

std::span<const WindowExtractorKind> BuiltInWindowExtractors() {
  static const std::array kinds = {
      WindowExtractorKind{kRoiFlow36V1, {kRoiFlow36Values}, MakeRoiFlow36V1},
      WindowExtractorKind{kRoiFlow10V1, {kRoiFlow10Values}, MakeRoiFlow10V1},
  };
  return kinds;
}

}  // namespace mestr
