#include <array>
#include <string>

#include "core/limits.h"
#include "mestr/core/error.h"
#include "mestr/face/face.h"

namespace mestr {
using namespace internal;

std::string_view AlignmentModeName(AlignmentMode mode) {
  return mode == AlignmentMode::kCrop ? "crop" : "similarity";
}

AlignmentMode ParseAlignmentMode(std::string_view name) {
  for (const AlignmentMode mode : {AlignmentMode::kCrop, AlignmentMode::kSimilarity}) {
    if (AlignmentModeName(mode) == name) return mode;
  }
  throw Error(ErrorKind::kConfig,
              "alignment is '" + std::string(name) + "'; it must be crop or similarity");
}

std::string_view DetectorChannelsName(DetectorChannels channels) {
  switch (channels) {
    case DetectorChannels::kAuto:
      return "auto";
    case DetectorChannels::kRgb:
      return "rgb";
    case DetectorChannels::kBgr:
      break;
  }
  return "bgr";
}

DetectorChannels ParseDetectorChannels(std::string_view name) {
  for (const DetectorChannels channels :
       {DetectorChannels::kAuto, DetectorChannels::kRgb, DetectorChannels::kBgr}) {
    if (DetectorChannelsName(channels) == name) return channels;
  }
  throw Error(ErrorKind::kConfig,
              "detector_channels is '" + std::string(name) + "'; it must be auto, rgb or bgr");
}

std::string_view FaceCauseText(FaceCause cause) {
  static constexpr std::array<std::string_view, 12> kTexts = {"usable",
                                                              "no face",
                                                              "too small",
                                                              "turned away",
                                                              "covered",
                                                              "blurred",
                                                              "other person",
                                                              "frame missing",
                                                              "stretch too short",
                                                              "cut",
                                                              "break of the clock",
                                                              "end of the video"};
  return kTexts.at(static_cast<std::size_t>(cause));
}

void FaceOptions::Check() const {
  RequireInRange("face.upsamplings", upsamplings, Limits::Closed(0, 3));
  RequireInRange("face.search_s", search_s, Limits::Closed(0, 60, "s"));
  RequireInRange("face.smoothing_s", smoothing_s, Limits::Closed(0, 2, "s"));
  RequireInRange("face.check_s", check_s, Limits::OpenLow(0, 60, "s"));
  RequireInRange("face.min_width_px", min_width_px, Limits::Closed(0, 10000, "px"));
  RequireInRange("face.max_yaw_deg", max_yaw_deg, Limits::OpenLow(0, 90, "degrees"));
  RequireInRange("face.max_pitch_deg", max_pitch_deg, Limits::OpenLow(0, 90, "degrees"));
  RequireInRange("face.min_sharpness", min_sharpness, Limits::Closed(0, 1));
  RequireInRange("face.max_changed", max_changed, Limits::OpenLow(0, 1));
  RequireInRange("face.min_stretch_s", min_stretch_s, Limits::Closed(0, 600, "s"));
  if (all_faces && alignment == AlignmentMode::kCrop) {
    throw Error(ErrorKind::kConfig,
                "face.all_faces (--all-faces) needs face.alignment similarity, which follows "
                "faces; --config demo has it");
  }
}

}  // namespace mestr
