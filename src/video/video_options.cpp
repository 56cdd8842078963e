#include "video/video_options.h"

#include <string>

#include "core/limits.h"
#include "core/number_text.h"
#include "mestr/core/error.h"
#include "mestr/video/frame_source.h"

namespace mestr {
using namespace internal;

void VideoOptions::Check() const {
  RequireInRange("video.most_megapixels", most_megapixels, Limits::OpenLow(0, 1e5));
}

std::int64_t internal::MostPixels(double most_megapixels) {
  constexpr double kPixels = 1e6;
  return static_cast<std::int64_t>(most_megapixels * kPixels);
}

void internal::CheckPixels(const std::filesystem::path& path, std::int64_t width,
                           std::int64_t height, double most_megapixels) {
  const double pixels = static_cast<double>(width) * static_cast<double>(height);
  if (pixels <= static_cast<double>(MostPixels(most_megapixels))) return;
  throw Error(ErrorKind::kInput, path.string() + ": its pictures are " + std::to_string(width) +
                                     " x " + std::to_string(height) + " px, more than " +
                                     NumberText(most_megapixels) +
                                     " megapixels; video.most_megapixels is the limit");
}

void internal::RequireFrameRate(std::string_view what, double fps) {
  const Limits limits = Limits::Above(0);
  if (limits.Contain(fps)) return;
  throw Error(ErrorKind::kInvalidArgument, "the frame rate of " + std::string(what) + " is " +
                                               NumberText(fps) + "; it must be " + limits.Text());
}

}  // namespace mestr
