// How a model of windows is run on a video: what the config says, else its record, at the video's
// frame rate.
#pragma once

#include <span>
#include <string>

#include "mestr/config/config.h"
#include "mestr/core/decoding.h"
#include "mestr/core/window_layout.h"
#include "mestr/features/extractor.h"
#include "mestr/features/window_extractor.h"
#include "mestr/model/network.h"

namespace mestr::internal {

struct WindowFit {
  WindowLayout layout;
  int k_p_frames = 1;  // in used frames
  std::string origin;  // of both, for people
};

// At another rate than the record's (by more than 1 %) step, window and k_p are those of its
// seconds, in frames, the window an even number of them.
WindowFit WindowFitFor(const Config& config, const ModelInfo& model, double fps);

FeaturesVariant VariantFor(const Config& config, const ModelInfo& model);

Decoding DecodingFor(const Config& config, const ModelInfo& model);

// `own`: kinds besides the built-in ones. Throws Error{kModel} and Error{kConfig}, which say what
// would fit, where model and config are not for each other.
void CheckWindowModel(const Config& config, const ModelInfo& model,
                      std::span<const WindowExtractorKind> own);

// Throws Error{kConfig} where the config has keys of windows, which a model of pairs or sequences
// has no use for.
void CheckNoWindowKeys(const Config& config, const ModelInfo& model);

// Throws Error{kConfig} for a kind without a name of its own or a maker. `of_pairs`: names that are
// taken, besides those of the built-in windows.
void CheckWindowKinds(std::span<const WindowExtractorKind> own,
                      std::span<const ExtractorKind> of_pairs);

}  // namespace mestr::internal
