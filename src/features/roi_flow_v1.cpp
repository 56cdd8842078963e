#include "features/roi_flow_v1.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/border.h"
#include "core/text.h"
#include "face/face_finder.h"
#include "features/roi_crop.h"
#include "features/roi_flow_regions.h"
#include "flow/farneback.h"
#include "flow/mat_views.h"
#include "flow/top_mean.h"
#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

constexpr double kNoseShare = 0.7;
constexpr int kMostCorrections = 3;

ImageView<const std::uint8_t> PatchView(const cv::Mat& crop, const cv::Rect& patch) {
  return ViewOf<const std::uint8_t>(crop(patch));
}

// What of a box lies inside the frame; empty where nothing does.
cv::Rect InFrame(const cv::Rect& box, const cv::Mat& frame) {
  return box & cv::Rect(0, 0, frame.cols, frame.rows);
}

// What of the crop is looked at in frames other than the reference.
cv::Rect LookedAt(const RoiLayout& layout) {
  return std::accumulate(layout.patches.begin(), layout.patches.end(), layout.nose,
                         [](const cv::Rect& a, const cv::Rect& b) { return a | b; });
}

// Landmarks of the frame in the crop, whole px: cut off as published, or the nearest ones.
Landmarks MappedIntoCrop(const Landmarks& landmarks, const cv::Rect& box, FeaturesVariant variant) {
  const auto whole = [&](double px) {
    return variant == FeaturesVariant::kPublished ? static_cast<int>(px) : cvRound(px);
  };
  const double scale_x = static_cast<double>(kRoiCropSide_px) / box.width;
  const double scale_y = static_cast<double>(kRoiCropSide_px) / box.height;
  Landmarks mapped;
  std::transform(landmarks.begin(), landmarks.end(), mapped.begin(), [&](const cv::Point& p) {
    return cv::Point(whole((p.x - box.x) * scale_x), whole((p.y - box.y) * scale_y));
  });
  return mapped;
}

// The box after it followed the nose by (x, y) px of the crop; as it was where it stays.
cv::Rect Moved(const cv::Rect& box, const cv::Point2d& nose_px, FeaturesVariant variant) {
  if (variant == FeaturesVariant::kPublished) {
    // Px of the crop as if they were px of the frame, each edge by itself.
    const int x = static_cast<int>(std::nearbyint(nose_px.x));
    const int y = static_cast<int>(std::nearbyint(nose_px.y));
    return {cv::Point(std::max(0, box.x + x), std::max(0, box.y + y)),
            cv::Point(box.x + box.width + x, box.y + box.height + y)};
  }
  const int x = static_cast<int>(std::nearbyint(nose_px.x * box.width / kRoiCropSide_px));
  const int y = static_cast<int>(std::nearbyint(nose_px.y * box.height / kRoiCropSide_px));
  return {std::max(0, box.x + x), std::max(0, box.y + y), box.width, box.height};
}

class RoiFlow final : public WindowExtractor {
 public:
  RoiFlow(WindowSpec spec, std::unique_ptr<ReferenceFaceFinder> finder)
      : spec_(std::move(spec)), finder_(std::move(finder)) {
    for (std::size_t i = 0; i < RoiRegions().size(); ++i) {
      if (spec_.kind == kRoiFlow36V1 || RoiRegions()[i].in_ten) regions_.push_back(i);
    }
  }

  const WindowSpec& spec() const override { return spec_; }

  WindowRows Compute(std::span<const cv::Mat> gray_frames) override {
    CheckFrames(gray_frames);
    return AtBorder(ErrorKind::kInput, "the features of a window", [&] {
      WindowRows rows;
      rows.values.assign(gray_frames.size() * spec_.RowValues(), 0.0F);
      rows.frames.resize(gray_frames.size());
      for (std::size_t t = 0; t < gray_frames.size(); ++t) {
        if (rows.reference) {
          ComputeRow(gray_frames[t], rows.frames[t], rows.values.data() + t * spec_.RowValues());
        } else if (TakeReference(gray_frames[t], rows)) {
          rows.reference = static_cast<int>(t);
          rows.frames[t].box = box_;
        }
      }
      return rows;
    });
  }

 private:
  void CheckFrames(std::span<const cv::Mat> frames) const {
    if (frames.size() != static_cast<std::size_t>(spec_.window_frames)) {
      throw Error(ErrorKind::kInvalidArgument, spec_.kind + ": a window has " +
                                                   std::to_string(spec_.window_frames) +
                                                   " frames, not " + std::to_string(frames.size()));
    }
    for (const cv::Mat& frame : frames) {
      if (frame.empty() || frame.type() != CV_8UC1 || frame.size() != frames.front().size()) {
        throw Error(ErrorKind::kInvalidArgument,
                    spec_.kind + ": the frames of a window must be 8-bit gray and of one size");
      }
    }
  }

  // With the box as it is; of the crop only a part.
  void CropTo(const cv::Mat& frame, const cv::Rect& part) {
    cropper_.Resize(frame(InFrame(box_, frame)), part, crop_);
  }

  // False where the frame shows no face that has a crop.
  bool TakeReference(const cv::Mat& frame, WindowRows& rows) {
    const std::optional<FoundFace> face = finder_->FindInFrame(frame);
    if (!face) return false;
    box_ = RoiBoxOf(face->landmarks);
    if (InFrame(box_, frame).empty()) return false;
    rows.face_box = face->box;
    rows.frame_landmarks = face->landmarks;
    CropTo(frame, {0, 0, kRoiCropSide_px, kRoiCropSide_px});
    const auto found = finder_->FindInCrop(crop_);
    rows.landmarks_from_crop = found.has_value();
    rows.crop_landmarks = found ? *found : MappedIntoCrop(face->landmarks, box_, spec_.variant);
    layout_ = RoiLayoutOf(rows.crop_landmarks, spec_.variant);
    for (std::size_t patch = 0; patch < patches_.size(); ++patch) {
      flow_.Expand(PatchView(crop_, layout_.patches[patch]), patches_[patch]);
    }
    flow_.Expand(PatchView(crop_, layout_.nose), nose_);
    return true;
  }

  // With the box as it is.
  cv::Point2d NoseMotion(const cv::Mat& frame) {
    CropTo(frame, LookedAt(layout_));
    if (layout_.nose_window.empty()) return {0, 0};
    flow_.Expand(PatchView(crop_, layout_.nose), other_);
    const FarnebackFlow::Result flow = flow_.Compute(nose_, other_);
    return TopMean(flow.u, flow.v, layout_.nose_window, kNoseShare, top_mean_memory_);
  }

  // The box follows the nose. The crop is then that of the frame.
  cv::Point2d Follow(const cv::Mat& frame, WindowFrame& seen) {
    cv::Point2d nose = NoseMotion(frame);
    while (nose.dot(nose) > 1 && seen.corrections < kMostCorrections) {
      const cv::Rect moved = Moved(box_, nose, spec_.variant);
      if (moved == box_ || InFrame(moved, frame).empty()) break;
      box_ = moved;
      ++seen.corrections;
      nose = NoseMotion(frame);
    }
    return nose;
  }

  void ComputeRow(const cv::Mat& frame, WindowFrame& seen, float* row) {
    const cv::Point2d nose = Follow(frame, seen);
    seen.box = box_;
    seen.nose_px = nose;
    int computed = -1;  // the patch whose flow is there
    FarnebackFlow::Result flow;
    for (const std::size_t region : regions_) {
      const RoiRegion& rule = RoiRegions()[region];
      const auto patch = static_cast<std::size_t>(rule.patch);
      cv::Point2d motion;
      if (layout_.windows[region].empty()) {
        ++seen.empty_regions;
      } else {
        if (std::exchange(computed, rule.patch) != rule.patch) {
          flow_.Expand(PatchView(crop_, layout_.patches[patch]), other_);
          flow = flow_.Compute(patches_[patch], other_);
        }
        motion = TopMean(flow.u, flow.v, layout_.windows[region], rule.share, top_mean_memory_);
      }
      *row++ = static_cast<float>(motion.x - nose.x);
      *row++ = static_cast<float>(motion.y - nose.y);
    }
  }

  WindowSpec spec_;
  std::unique_ptr<ReferenceFaceFinder> finder_;
  std::vector<std::size_t> regions_;  // of RoiRegions(), those of the kind
  FarnebackFlow flow_;

  // Of the window.
  cv::Rect box_;
  RoiLayout layout_;
  std::array<FarnebackPatch, kRoiPatches> patches_;
  FarnebackPatch nose_;

  // Memory that is used again.
  RoiCropper cropper_;
  cv::Mat crop_;
  FarnebackPatch other_;
  std::vector<float> top_mean_memory_;
};

std::unique_ptr<WindowExtractor> Make(const char* kind, int row_values,
                                      const WindowOptions& options) {
  options.Check();
  return MakeRoiFlow(
      {options, kind, {row_values}, options.variant},
      MakeReferenceFaceFinder(FindLandmarkModel(options.landmark_model), options.variant));
}

}  // namespace

std::unique_ptr<WindowExtractor> MakeRoiFlow36V1(const WindowOptions& options) {
  return Make(kRoiFlow36V1, kRoiFlow36Values, options);
}

std::unique_ptr<WindowExtractor> MakeRoiFlow10V1(const WindowOptions& options) {
  return Make(kRoiFlow10V1, kRoiFlow10Values, options);
}

std::unique_ptr<WindowExtractor> MakeRoiFlow(WindowSpec spec,
                                             std::unique_ptr<ReferenceFaceFinder> finder) {
  return std::make_unique<RoiFlow>(std::move(spec), std::move(finder));
}

cv::Rect RoiBoxOf(const Landmarks& p) {
  const int half = (p[42].x - p[39].x) / 2;
  if (half < 1) return {};
  const int x = (p[42].x + p[39].x) / 2;
  const int y = (p[42].y + p[39].y) / 2;
  const auto times = [&](double factor) { return static_cast<int>(factor * half); };
  return {cv::Point(std::max(0, x - times(4.5)), std::max(0, y - times(3.5))),
          cv::Point(x + times(4.5), y + times(5.5))};
}

}  // namespace mestr::internal
