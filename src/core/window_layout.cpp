#include "mestr/core/window_layout.h"

#include <string>

#include "core/limits.h"
#include "mestr/core/error.h"

namespace mestr {
using namespace internal;

void WindowLayout::Check() const {
  constexpr double kMost = 10000;
  RequireInRange("features.window_frames", window_frames, Limits::Closed(2, kMost));
  RequireInRange("features.hop_frames", hop_frames, Limits::Closed(1, window_frames));
  RequireInRange("features.frame_step", frame_step, Limits::Closed(1, kMost));
}

std::string_view FeaturesVariantName(FeaturesVariant variant) {
  return variant == FeaturesVariant::kPublished ? "published" : "mended";
}

FeaturesVariant ParseFeaturesVariant(std::string_view name) {
  for (const FeaturesVariant variant : {FeaturesVariant::kPublished, FeaturesVariant::kMended}) {
    if (FeaturesVariantName(variant) == name) return variant;
  }
  throw Error(ErrorKind::kConfig,
              "variant is '" + std::string(name) + "'; it must be published or mended");
}

}  // namespace mestr
