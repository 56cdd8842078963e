#include "pipeline/extractor_choice.h"

#include <algorithm>
#include <set>
#include <vector>

#include "core/border.h"
#include "core/limits.h"
#include "core/shape.h"
#include "mestr/core/error.h"
#include "pipeline/flow_worker.h"

namespace mestr::internal {
namespace {

std::vector<ExtractorKind> AllKinds(std::span<const ExtractorKind> own) {
  const auto built_in = BuiltInExtractors();
  std::vector<ExtractorKind> kinds(built_in.begin(), built_in.end());
  kinds.insert(kinds.end(), own.begin(), own.end());
  return kinds;
}

std::string NamesOf(const std::vector<ExtractorKind>& kinds) {
  std::string names;
  for (const ExtractorKind& kind : kinds) names += (names.empty() ? "" : ", ") + kind.kind;
  return names;
}

bool IsKnown(const std::string& kind, const std::vector<ExtractorKind>& kinds) {
  return std::any_of(kinds.begin(), kinds.end(),
                     [&](const ExtractorKind& known) { return known.kind == kind; });
}

// What follows trusts it.
void CheckSpec(const ExtractorSpec& spec) {
  const std::string name = "features '" + spec.kind + "': ";
  RequireInRange(name + "side_px", spec.crop.side_px, Limits::Closed(16, 16384, "px"));
  RequireInRange(name + "jpeg_quality", spec.crop.jpeg_quality, Limits::Closed(0, 100));
  RequireInRange(name + "frame_distance", spec.frame_distance, Limits::AtLeast(1));
  if (spec.row_shape.empty()) throw Error(ErrorKind::kConfig, name + "row_shape is empty");
  for (const int side : spec.row_shape) {
    RequireInRange(name + "row_shape", side, Limits::AtLeast(1));
  }
}

}  // namespace

void CheckKinds(std::span<const ExtractorKind> own) {
  std::set<std::string> names;
  for (const ExtractorKind& kind : AllKinds(own)) {
    if (!kind.kind.empty() && kind.make && names.insert(kind.kind).second) continue;
    throw Error(ErrorKind::kConfig,
                "the kind of features '" + kind.kind + "' must have a name of its own and a maker");
  }
}

std::unique_ptr<FeatureExtractor> MakeExtractor(const std::string& kind,
                                                const ExtractorOptions& options,
                                                std::span<const ExtractorKind> own) {
  const std::vector<ExtractorKind> kinds = AllKinds(own);
  const auto found = std::find_if(kinds.begin(), kinds.end(),
                                  [&](const ExtractorKind& known) { return known.kind == kind; });
  if (found == kinds.end()) {
    throw Error(ErrorKind::kConfig,
                "features.kind is '" + kind + "'; it must be one of " + NamesOf(kinds));
  }
  auto extractor = AtBorder(ErrorKind::kInput, kFeatures, [&] { return found->make(options); });
  if (!extractor) throw Error(ErrorKind::kConfig, "features '" + kind + "': its maker made none");
  CheckSpec(extractor->spec());
  return extractor;
}

std::unique_ptr<FeatureExtractor> MakeExtractorFor(const ModelInfo& model,
                                                   const ExtractorOptions& options,
                                                   std::span<const ExtractorKind> own) {
  const std::vector<ExtractorKind> kinds = AllKinds(own);
  if (!IsKnown(model.features, kinds)) {
    throw Error(ErrorKind::kModel, "the model " + model.name + " takes features of kind '" +
                                       model.features + "'; this mestr makes " + NamesOf(kinds));
  }
  auto extractor = MakeExtractor(model.features, options, own);
  const std::vector<int>& shape = extractor->spec().row_shape;
  if (shape != model.row_shape) {
    throw Error(ErrorKind::kModel, "the model " + model.name + " takes rows of " +
                                       ShapeText(model.row_shape) + " values, and '" +
                                       model.features + "' has " + ShapeText(shape));
  }
  return extractor;
}

}  // namespace mestr::internal
