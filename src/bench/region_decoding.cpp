#include "bench/region_decoding.h"

#include <opencv2/core.hpp>
#include <string>

#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

bool HasBitsOf(const Frame& whole, const Frame& part, const cv::Rect& region_px) {
  return cv::norm(whole.Bgr(region_px), part.Bgr(region_px), cv::NORM_INF) == 0;
}

}  // namespace

DecodingCost TimeDecoding(FrameSource& source, std::int64_t frames, const cv::Rect& region_px) {
  DecodingCost decoding;
  {
    Frame first;
    if (frames < 1 || !source.Next(first)) return decoding;
  }
  source.Use({.region_px = region_px});
  const ScopedCost cost(decoding.cost);
  for (Frame frame; decoding.frames + 1 < frames && source.Next(frame); frame = {}) {
    ++decoding.frames;
  }
  return decoding;
}

RegionCheck CheckRegion(FrameSource& whole, FrameSource& part, const cv::Rect& region_px,
                        std::int64_t frames) {
  part.Use({.region_px = region_px});
  RegionCheck check;
  while (check.frames < frames) {
    Frame a;
    Frame b;
    const bool more = whole.Next(a);
    if (part.Next(b) != more || (more && !HasBitsOf(a, b, region_px))) {
      throw Error(ErrorKind::kInvalidArgument,
                  "decoding in the face's box alone gives other bits than that of whole frames, in "
                  "frame " +
                      std::to_string(check.frames) + ", so nothing is reported");
    }
    if (!more) break;
    check.patches += b.image_bgr.empty() ? 1 : 0;
    ++check.frames;
  }
  return check;
}

}  // namespace mestr::internal
