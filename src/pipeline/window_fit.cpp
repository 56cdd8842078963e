#include "pipeline/window_fit.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/number_text.h"
#include "core/shape.h"
#include "core/text.h"
#include "mestr/core/error.h"
#include "pipeline/pair_parameters.h"
#include "pipeline/window_parameters.h"
#include "pipeline/window_workers.h"

namespace mestr::internal {
namespace {

int AtLeast(int least, double frames) {
  return std::max(least, static_cast<int>(std::lround(frames)));
}

// The record's seconds in frames of another rate.
WindowFit AtRate(const ModelInfo& model, double fps) {
  const WindowLayout& of_model = model.window;
  const double step_s = of_model.frame_step / model.fps;
  WindowFit fit;
  fit.layout.frame_step = AtLeast(1, step_s * fps);
  // From used frames of the model to those of the video.
  const double scale = step_s * fps / fit.layout.frame_step;
  fit.layout.window_frames = 2 * AtLeast(1, of_model.window_frames * scale / 2);
  fit.layout.hop_frames =
      std::min(AtLeast(1, of_model.hop_frames * scale), fit.layout.window_frames / 2);
  fit.k_p_frames = AtLeast(1, model.k_p_frames * scale);
  const auto seconds = [&](int used_frames) {
    return SignificantText(used_frames * step_s, 3) + " s";
  };
  fit.origin = "the window of " + seconds(of_model.window_frames) + ", the step of " + seconds(1) +
               " and the half micro-expression of " + seconds(model.k_p_frames) + " of the model " +
               model.name + " at " + NumberText(fps) + " fps";
  return fit;
}

bool GivesLayout(const FeaturesConfig& features) {
  return features.window_frames || features.hop_frames || features.frame_step;
}

[[noreturn]] void Refuse(ErrorKind kind, const std::string& key, const std::string& value,
                         const ModelInfo& model, const std::string& why) {
  throw Error(kind, key + " is " + value + ", but the model " + model.name + " " + why);
}

// Of what is measured and followed for pairs alone.
void CheckFaceAndMotion(const Config& config, const ModelInfo& model) {
  const std::string fitting = "; the configs boosting_* and metst_* fit it";
  if (config.face.alignment == AlignmentMode::kSimilarity) {
    Refuse(ErrorKind::kConfig, "face.alignment", "similarity", model,
           "takes windows, which follow the face by themselves" + fitting);
  }
  if (config.face.all_faces) {
    Refuse(ErrorKind::kConfig, "face.all_faces", "true", model,
           "takes windows, which follow one face" + fitting);
  }
  const SpotConfig& spot = config.spot;
  if (spot.min_motion_px > 0 || spot.min_motion_to_noise > 0) {
    const bool in_px = spot.min_motion_px > 0;
    Refuse(ErrorKind::kConfig, in_px ? "spot.min_motion_px" : "spot.min_motion_to_noise",
           NumberText(in_px ? spot.min_motion_px : spot.min_motion_to_noise), model,
           "takes windows, whose motion is not measured" + fitting);
  }
}

void CheckKind(const Config& config, const ModelInfo& model,
               std::span<const WindowExtractorKind> own) {
  const WindowExtractorKind* kind = FindWindowKind(model.features, own);
  if (kind == nullptr) {
    std::string known;
    for (const auto& kinds : {BuiltInWindowExtractors(), own}) {
      for (const WindowExtractorKind& one : kinds) known += (known.empty() ? "" : ", ") + one.kind;
    }
    throw Error(ErrorKind::kModel, "the model " + model.name +
                                       " takes windows of features of kind '" + model.features +
                                       "'; this mestr makes " + known);
  }
  if (kind->row_shape != model.row_shape) {
    throw Error(ErrorKind::kModel, "the model " + model.name + " takes rows of " +
                                       ShapeText(model.row_shape) + " values, and '" +
                                       model.features + "' has " + ShapeText(kind->row_shape));
  }
  const auto& window = config.features.window_frames;
  if (window && *window != model.window.window_frames) {
    Refuse(ErrorKind::kModel, "features.window_frames", std::to_string(*window), model,
           "was trained with windows of " + std::to_string(model.window.window_frames) +
               "; leave it open (~)");
  }
  const auto& variant = config.features.variant;
  if (variant && *variant != model.variant) {
    const std::string of_model(FeaturesVariantName(model.variant));
    Refuse(ErrorKind::kModel, "features.variant", std::string(FeaturesVariantName(*variant)), model,
           "was trained with " + of_model + " ones; say " + of_model + ", or leave it open (~)");
  }
}

void CheckDecoding(const Config& config, const ModelInfo& model) {
  const auto has = [&](std::string_view name) {
    return std::find(model.classes.begin(), model.classes.end(), name) != model.classes.end();
  };
  const SpotConfig& spot = config.spot;
  if (spot.method == SpotRule::kBounds && model.decoding.rule != SpotRule::kBounds) {
    Refuse(ErrorKind::kModel, "spot.method", "bounds", model,
           "gives none; plain, scalable and samm fit it");
  }
  const bool has_neutral = has(kNeutral) && model.classes.size() > 1;
  if (spot.synergy.value_or(0) != 0 && !has_neutral) {
    Refuse(ErrorKind::kModel, "spot.synergy", std::to_string(*spot.synergy), model,
           "has no class neutral beside others; 0 fits it");
  }
  if (!spot.class_offsets) return;
  for (const auto& [name, offset] : *spot.class_offsets) {
    if (has(name)) continue;
    Refuse(ErrorKind::kModel, "spot.class_offsets", "one of '" + name + "'", model,
           "knows the classes " + Joined(model.classes, ", "));
  }
}

}  // namespace

WindowFit WindowFitFor(const Config& config, const ModelInfo& model, double fps) {
  WindowFit fit{model.window, model.k_p_frames, "the model " + model.name};
  if (!SameRate(fps, model.fps)) fit = AtRate(model, fps);
  const FeaturesConfig& features = config.features;
  fit.layout = WindowParametersFor(features, fit.layout, fps).layout;
  if (GivesLayout(features) || config.spot.k_p_frames) fit.origin += " and the config";
  fit.k_p_frames = config.spot.k_p_frames.value_or(fit.k_p_frames);
  if (fit.layout.window_frames % 2 != 0 || fit.layout.hop_frames > fit.layout.window_frames / 2) {
    throw Error(ErrorKind::kConfig,
                "features.window_frames is " + std::to_string(fit.layout.window_frames) +
                    " and features.hop_frames " + std::to_string(fit.layout.hop_frames) +
                    "; a model of windows needs an even number and a hop of at most half of it");
  }
  return fit;
}

FeaturesVariant VariantFor(const Config& config, const ModelInfo& model) {
  return config.features.variant.value_or(model.variant);
}

Decoding DecodingFor(const Config& config, const ModelInfo& model) {
  const SpotConfig& spot = config.spot;
  Decoding decoding = model.decoding;
  decoding.rule = spot.method.value_or(decoding.rule);
  decoding.stitch = spot.stitch.value_or(decoding.stitch);
  decoding.batch_windows = spot.batch_windows.value_or(decoding.batch_windows);
  if (spot.synergy) decoding.synergy = SynergyOf(*spot.synergy);
  if (spot.class_offsets) {
    decoding.class_offsets.clear();
    for (const std::string& name : model.classes) {
      const auto offset = spot.class_offsets->find(name);
      decoding.class_offsets.push_back(offset == spot.class_offsets->end() ? 0 : offset->second);
    }
  }
  return decoding;
}

void CheckWindowModel(const Config& config, const ModelInfo& model,
                      std::span<const WindowExtractorKind> own) {
  CheckKind(config, model, own);
  CheckFaceAndMotion(config, model);
  CheckDecoding(config, model);
}

void CheckNoWindowKeys(const Config& config, const ModelInfo& model) {
  const SpotConfig& spot = config.spot;
  const std::string why = "does not take windows, which alone have it";
  const auto refuse_if = [&](bool given, const char* key) {
    if (given) Refuse(ErrorKind::kConfig, key, "given", model, why);
  };
  refuse_if(spot.method.has_value(), "spot.method");
  refuse_if(spot.stitch.has_value(), "spot.stitch");
  refuse_if(spot.batch_windows.has_value(), "spot.batch_windows");
  refuse_if(spot.synergy.has_value(), "spot.synergy");
  refuse_if(spot.k_p_frames.has_value(), "spot.k_p_frames");
  refuse_if(spot.class_offsets.has_value(), "spot.class_offsets");
  refuse_if(spot.published != PublishedDecoding::kNo, "spot.published");
}

void CheckWindowKinds(std::span<const WindowExtractorKind> own,
                      std::span<const ExtractorKind> of_pairs) {
  std::set<std::string> names;
  for (const ExtractorKind& kind : of_pairs) names.insert(kind.kind);
  for (const ExtractorKind& kind : BuiltInExtractors()) names.insert(kind.kind);
  for (const WindowExtractorKind& kind : BuiltInWindowExtractors()) names.insert(kind.kind);
  for (const WindowExtractorKind& kind : own) {
    if (!kind.kind.empty() && kind.make && names.insert(kind.kind).second) continue;
    throw Error(ErrorKind::kConfig,
                "the kind of features '" + kind.kind + "' must have a name of its own and a maker");
  }
}

}  // namespace mestr::internal
