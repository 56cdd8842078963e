// Which extractor makes the features of a kind: a built-in one, or one of the caller's.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "mestr/features/extractor.h"
#include "mestr/model/network.h"

namespace mestr::internal {

// Throws Error{kConfig} for a kind without a name or a maker, or that is there twice.
void CheckKinds(std::span<const ExtractorKind> own);

// Throws Error{kConfig} for a kind that is neither built in nor one's own, and for one whose spec
// is not as extractor.h has it.
std::unique_ptr<FeatureExtractor> MakeExtractor(const std::string& kind,
                                                const ExtractorOptions& options,
                                                std::span<const ExtractorKind> own);

// The extractor that a model takes its rows from. Throws Error{kModel} where there is none of its
// kind, or its rows have another shape.
std::unique_ptr<FeatureExtractor> MakeExtractorFor(const ModelInfo& model,
                                                   const ExtractorOptions& options,
                                                   std::span<const ExtractorKind> own);

}  // namespace mestr::internal
