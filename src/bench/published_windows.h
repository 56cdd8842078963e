// The published code's way to the features of a window, written down region by region: OpenCV's
// flow of every patch, both patches expanded anew each time, vectors sorted. What ours is timed and
// checked against.
#pragma once

#include <memory>

#include "features/reference_face.h"
#include "mestr/features/window_extractor.h"

namespace mestr::internal {

// `spec` is that of "roi-flow-36-v1". Not for faces that reach out of the frame so far that the
// published code fails.
std::unique_ptr<WindowExtractor> MakePublishedWindows(WindowSpec spec,
                                                      std::unique_ptr<ReferenceFaceFinder> finder);

}  // namespace mestr::internal
