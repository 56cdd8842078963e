#include "results/usability_text.h"

#include "core/number_text.h"

namespace mestr::internal {

std::map<FaceCause, std::int64_t> FramesByCause(std::span<const FrameFace> faces) {
  std::map<FaceCause, std::int64_t> frames;
  for (const FrameFace& face : faces) ++frames[face.cause];
  return frames;
}

std::string UsabilityText(const std::map<FaceCause, std::int64_t>& frames, double fps) {
  const auto seconds = [fps](std::int64_t count) {
    return FixedText(static_cast<double>(count) / fps, 1);
  };
  std::int64_t usable = 0;
  std::int64_t all = 0;
  std::string others;
  for (const auto& [cause, count] : frames) {
    all += count;
    if (cause == FaceCause::kNone) {
      usable = count;
      continue;
    }
    others += (others.empty() ? "; not: " : ", ") + std::string(FaceCauseText(cause)) + " " +
              seconds(count) + " s";
  }
  return "usable " + seconds(usable) + " of " + seconds(all) + " s" + others;
}

}  // namespace mestr::internal
