#include "pipeline/usability_text.h"

#include "core/number_text.h"

namespace mestr::internal {

std::map<FaceCause, std::int64_t> FramesByCause(std::span<const FrameFace> faces) {
  std::map<FaceCause, std::int64_t> frames;
  for (const FrameFace& face : faces) ++frames[face.cause];
  return frames;
}

std::string UsabilityText(std::span<const FrameFace> faces, double fps) {
  const auto seconds = [fps](std::int64_t frames) {
    return FixedText(static_cast<double>(frames) / fps, 1) + " s";
  };
  std::map<FaceCause, std::int64_t> frames = FramesByCause(faces);
  std::string text = "usable " + FixedText(static_cast<double>(frames[FaceCause::kNone]) / fps, 1) +
                     " of " + seconds(std::ssize(faces));
  frames.erase(FaceCause::kNone);
  const char* before = "; not: ";
  for (const auto& [cause, count] : frames) {
    text += before + std::string(FaceCauseText(cause)) + " " + seconds(count);
    before = ", ";
  }
  return text;
}

}  // namespace mestr::internal
