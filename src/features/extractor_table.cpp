#include <array>

#include "features/flow_grid_v1.h"
#include "features/mean_v1.h"
#include "mestr/features/extractor.h"

namespace mestr {
using namespace internal;

std::span<const ExtractorKind> BuiltInExtractors() {
  static const std::array kinds = {
      ExtractorKind{kMeanV1, MakeMeanV1},
      ExtractorKind{kFlowGridV1, MakeFlowGridV1},
  };
  return kinds;
}

}  // namespace mestr
