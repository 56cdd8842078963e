// From the frames of one window to the rows that a network of windows takes: the second family of
// features beside those of pairs (extractor.h), exchanged by its kind.
//
//   used frames of the video, gray -> windows of window_frames -> Compute -> window_frames rows
//   each
//
// Windows know nothing of each other: they can be computed in any order, each worker with an
// extractor of its own, and give the same bytes.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mestr/core/landmarks.h"
#include "mestr/core/window_layout.h"

namespace mestr {

// What an extractor of windows gives.
struct WindowSpec : WindowLayout {
  std::string kind;            // "roi-flow-36-v1"; what a model's record asks for
  std::vector<int> row_shape;  // of one row, row-major float32: {36}
  FeaturesVariant variant = FeaturesVariant::kMended;

  std::size_t RowValues() const;  // product of row_shape
};

// How one used frame of a window was looked at.
struct WindowFrame {
  // What became the crop, px of the frame, as the code computes it: right and bottom may lie
  // outside the frame. Empty for frames before the reference.
  cv::Rect box;
  cv::Point2f nose_px;    // motion of the nose that was left and is subtracted, px of the crop
  int corrections = 0;    // how often the box followed the nose
  int empty_regions = 0;  // regions of the face that had no pixels, their motion counts as (0, 0)
};

struct WindowRows {
  // [window_frames, row_shape...], row-major. Row t is used frame t of the window against the
  // reference, px of the crop: x and y of each region. Rows up to the reference's own are zeros.
  std::vector<float> values;
  // The used frame of the window, 0-based, that the others are compared with: the first one in
  // which a face is found. Empty: there is none, and all values are zeros.
  std::optional<int> reference;
  cv::Rect face_box;                 // the detector's in the reference frame, px of the frame
  Landmarks frame_landmarks{};       // of the reference, px of the frame
  Landmarks crop_landmarks{};        // of the reference, px of the crop (320 x 320)
  bool landmarks_from_crop = false;  // the face was found in the crop again (kPublished)
  std::vector<WindowFrame> frames;   // window_frames of them

  // Frames that were searched for a face and had none: those before the reference, or all.
  int FacelessFrames() const { return reference.value_or(static_cast<int>(frames.size())); }
};

struct WindowOptions : WindowLayout {
  FeaturesVariant variant = FeaturesVariant::kMended;
  // dlib's 68-point model; empty: as Config::landmarks.
  std::filesystem::path landmark_model;
};

// Not thread-safe: one for each worker. What Compute gives depends on its frames alone.
class WindowExtractor {
 public:
  virtual ~WindowExtractor() = default;
  virtual const WindowSpec& spec() const = 0;

  // `gray_frames` are the used frames of one window, in order: spec().window_frames images of one
  // size, 8-bit gray (a JPEG's own luma), only read. Throws Error{kInvalidArgument} where they are
  // not. A window without a face is no error: see WindowRows::reference.
  virtual WindowRows Compute(std::span<const cv::Mat> gray_frames) = 0;
};

// How an extractor of windows is made, under the name that model records use; no name twice, nor
// that of an ExtractorKind.
struct WindowExtractorKind {
  std::string kind;
  std::vector<int> row_shape;
  // Several threads may call it at once. Throws Error{kConfig} for a layout out of range, {kModel}
  // without a landmark model.
  std::function<std::unique_ptr<WindowExtractor>(const WindowOptions&)> make;
};

// Those that come with mestr, from the motion of regions of the face (Farneback's flow of patches
// of a crop that follows the nose): "roi-flow-36-v1" (18 regions, BoostingVRME's) and
// "roi-flow-10-v1" (5 of them, ME-TST's). docs/video-level.md has the two variants.
std::span<const WindowExtractorKind> BuiltInWindowExtractors();

}  // namespace mestr
