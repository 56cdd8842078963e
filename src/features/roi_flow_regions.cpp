#include "features/roi_flow_regions.h"

#include <algorithm>

namespace mestr::internal {
namespace {

constexpr int kWhole = -1;

constexpr std::array kRegions = {
    RoiRegion{kLeftBrow, kWhole, 0, 0, 0, 0, 0.3, true},
    RoiRegion{kLeftBrow, 20, 10, 10, 10, 10, 0.2, false},
    RoiRegion{kLeftBrow, 19, 10, 10, 10, 10, 0.2, false},
    RoiRegion{kLeftBrow, 18, 10, 10, 10, 10, 0.2, false},
    RoiRegion{kRightBrow, kWhole, 0, 0, 0, 0, 0.3, true},
    RoiRegion{kRightBrow, 23, 10, 10, 10, 10, 0.3, false},
    RoiRegion{kRightBrow, 24, 10, 10, 10, 10, 0.3, false},
    RoiRegion{kRightBrow, 25, 10, 10, 10, 10, 0.3, false},
    RoiRegion{kMouth, kWhole, 0, 0, 0, 0, 0.3, true},
    RoiRegion{kMouth, 48, 10, 10, 10, 20, 0.2, false},
    RoiRegion{kMouth, 54, 10, 10, 20, 10, 0.2, false},
    RoiRegion{kMouth, 51, 10, 10, 10, 10, 0.2, false},
    RoiRegion{kMouth, 57, 10, 10, 10, 10, 0.2, false},
    RoiRegion{kMouth, 62, 10, 10, 10, 10, 0.2, false},
    RoiRegion{kNoseSides, 31, 20, 5, 20, 10, 0.2, true},
    RoiRegion{kNoseSides, 35, 20, 5, 10, 20, 0.2, true},
    RoiRegion{kLeftEye, kWhole, 0, 0, 0, 0, 0.3, false},
    RoiRegion{kRightEye, kWhole, 0, 0, 0, 0, 0.3, false},
};

// Rows or columns, half open.
struct Range {
  int begin = 0;
  int end = 0;
};

// The part of [0, size) that begin:end means; Python counts what is negative from the other end.
Range Cut(int begin, int end, int size, FeaturesVariant variant) {
  const auto place = [&](int at) {
    if (at < 0 && variant == FeaturesVariant::kPublished) at += size;
    return std::clamp(at, 0, size);
  };
  const Range range{place(begin), place(end)};
  return {range.begin, std::max(range.begin, range.end)};
}

cv::Rect RectOf(const Range& rows, const Range& columns) {
  return {cv::Point(columns.begin, rows.begin), cv::Point(columns.end, rows.end)};
}

// Bounds of landmarks [first, last].
struct Bounds {
  int top, bottom, left, right;
};

Bounds BoundsOf(const Landmarks& landmarks, int first, int last) {
  const auto begin = landmarks.begin() + first;
  const auto end = landmarks.begin() + last + 1;
  const auto [left, right] =
      std::minmax_element(begin, end, [](auto& a, auto& b) { return a.x < b.x; });
  const auto [top, bottom] =
      std::minmax_element(begin, end, [](auto& a, auto& b) { return a.y < b.y; });
  return {top->y, bottom->y, left->x, right->x};
}

// A patch before it is cut.
struct Wanted {
  int top, bottom, left, right;
};

constexpr int kBrowAbove_px = 15;
constexpr int kMouthAbove_px = 15;
constexpr int kNoseAbove_px = 20;

Wanted BelowEye(const Bounds& eye) {
  const double middle = (eye.top + eye.bottom) / 2.0;
  const double width = eye.right - eye.left;
  return {static_cast<int>(middle + width / 4), static_cast<int>(middle + 3 * width / 4), eye.left,
          eye.right};
}

Wanted WantedPatch(RoiPatch patch, const Landmarks& landmarks, FeaturesVariant variant) {
  switch (patch) {
    case kLeftBrow: {
      const Bounds b = BoundsOf(landmarks, 17, 21);
      return {b.top - kBrowAbove_px, b.bottom + 5, b.left - 5, b.right};
    }
    case kRightBrow: {
      const Bounds b = BoundsOf(landmarks, 22, 26);
      const int margin = variant == FeaturesVariant::kPublished ? 0 : 5;
      return {b.top - kBrowAbove_px, b.bottom + 5, b.left, b.right + margin};
    }
    case kMouth: {
      const Bounds b = BoundsOf(landmarks, 48, 66);
      return {b.top - kMouthAbove_px, b.bottom + 10, b.left - 20, b.right + 20};
    }
    case kNoseSides: {
      const Bounds b = BoundsOf(landmarks, 30, 35);
      return {b.top - kNoseAbove_px, b.bottom + 5, b.left - 30, b.right + 30};
    }
    case kLeftEye:
      return BelowEye(BoundsOf(landmarks, 36, 41));
    default:
      return BelowEye(BoundsOf(landmarks, 42, 47));
  }
}

// The published code keeps the starts of these from being negative.
bool RowsStartInside(RoiPatch patch) { return patch == kLeftBrow || patch == kRightBrow; }
bool ColumnsStartInside(RoiPatch patch) { return patch != kRightBrow; }

cv::Rect PatchOf(RoiPatch patch, const Wanted& wanted, FeaturesVariant variant) {
  const int top = RowsStartInside(patch) ? std::max(0, wanted.top) : wanted.top;
  const int left = ColumnsStartInside(patch) ? std::max(0, wanted.left) : wanted.left;
  return RectOf(Cut(top, wanted.bottom, kRoiCropSide_px, variant),
                Cut(left, wanted.right, kRoiCropSide_px, variant));
}

cv::Rect Inside(const cv::Rect& patch, int above, int below, int beside) {
  const auto range = [](int before, int after, int size) {
    const int end = std::max(0, size - after);
    return Range{std::min(before, end), end};
  };
  return RectOf(range(above, below, patch.height), range(beside, beside, patch.width));
}

// Margins of the whole of a brow: a patch that the crop's border cuts keeps more of its rows.
cv::Rect WholeBrow(RoiPatch patch, const Wanted& wanted, const cv::Rect& rect,
                   FeaturesVariant variant) {
  const int above = std::max(0, 10 + std::min(0, wanted.top));
  const int rows = wanted.bottom - std::max(0, wanted.top);
  const bool few = patch == kLeftBrow || variant == FeaturesVariant::kMended;
  const int below = few && rows - 3 < 10 + above ? 4 : 10;
  return Inside(rect, above, below, 10);
}

cv::Rect WholeOf(RoiPatch patch, const Wanted& wanted, const cv::Rect& rect,
                 FeaturesVariant variant) {
  switch (patch) {
    case kLeftBrow:
    case kRightBrow:
      return WholeBrow(patch, wanted, rect, variant);
    case kMouth:
      return Inside(rect, 10, 10, 10);
    default:
      return Inside(rect, 5, 5, 5);
  }
}

cv::Rect WindowOf(const RoiRegion& region, const Wanted& wanted, const cv::Rect& patch,
                  const Landmarks& landmarks, FeaturesVariant variant) {
  if (region.landmark == kWhole) return WholeOf(region.patch, wanted, patch, variant);
  const cv::Point at = landmarks[static_cast<std::size_t>(region.landmark)];
  const bool published = variant == FeaturesVariant::kPublished;
  const int y = at.y - (published ? wanted.top : patch.y);
  const int x = at.x - (published ? wanted.left : patch.x);
  return RectOf(Cut(y - region.up, y + region.down, patch.height, variant),
                Cut(x - region.left, x + region.right, patch.width, variant));
}

}  // namespace

std::span<const RoiRegion> RoiRegions() { return kRegions; }

RoiLayout RoiLayoutOf(const Landmarks& crop_landmarks, FeaturesVariant variant) {
  RoiLayout layout;
  std::array<Wanted, kRoiPatches> wanted{};
  for (int i = 0; i < kRoiPatches; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const auto patch = static_cast<RoiPatch>(i);
    wanted[at] = WantedPatch(patch, crop_landmarks, variant);
    layout.patches[at] = PatchOf(patch, wanted[at], variant);
  }
  for (std::size_t i = 0; i < kRegions.size(); ++i) {
    const auto patch = static_cast<std::size_t>(kRegions[i].patch);
    layout.windows[i] =
        WindowOf(kRegions[i], wanted[patch], layout.patches[patch], crop_landmarks, variant);
  }
  constexpr int kAroundNose_px = 13;
  const Bounds nose = BoundsOf(crop_landmarks, 29, 30);
  layout.nose = RectOf(
      Cut(nose.top - kAroundNose_px, nose.bottom + kAroundNose_px, kRoiCropSide_px, variant),
      Cut(nose.left - kAroundNose_px, nose.right + kAroundNose_px, kRoiCropSide_px, variant));
  layout.nose_window = Inside(layout.nose, 15, 10, 5);
  return layout;
}

}  // namespace mestr::internal
