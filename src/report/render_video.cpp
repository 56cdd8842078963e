#include "report/render_video.h"

#include <memory>
#include <optional>
#include <system_error>

#include "core/files.h"
#include "core/text.h"
#include "face/face_finder.h"
#include "mestr/core/error.h"
#include "report/footage.h"
#include "video/mp4_writer.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

void CheckOutput(const RenderOptions& options) {
  if (LowerCase(options.output.extension().string()) != ".mp4") {
    throw Error(ErrorKind::kConfig,
                "the output " + options.output.string() + " must end in .mp4: it is an MP4 file");
  }
  std::error_code not_there;
  if (options.output == options.video || fs::equivalent(options.output, options.video, not_there)) {
    throw Error(ErrorKind::kConfig, "the output " + options.output.string() +
                                        " is the video itself; choose another name");
  }
}

class Renderer {
 public:
  Renderer(const RenderOptions& options, const VideoResults& video,
           const VideoOptions& video_options)
      : video_(video),
        footage_(options.video, video, video_options),
        finder_(options.parts.landmarks || options.parts.regions
                    ? std::make_unique<FaceFinder>(FindLandmarkModel(options.landmark_model))
                    : nullptr),
        overlay_(video, options.parts, finder_.get()) {}

  void Write(const fs::path& path,
             const std::function<void(std::int64_t done, std::int64_t all)>& progress) {
    const std::optional<int> ticks_per_s = Mp4Ticks(video_.frame_times_s, video_.fps);
    Mp4Writer writer(path, {.size = overlay_.size(),
                            .fps = video_.fps,
                            .ticks_per_s = ticks_per_s,
                            .fast_start = true});
    Frame frame;
    while (footage_.Next(frame)) {
      const cv::Mat& drawn = overlay_.Draw(frame.image_bgr, frame.index);
      if (ticks_per_s) {
        writer.Write(drawn, frame.time_s);
      } else {
        writer.Write(drawn);
      }
      if (progress) progress(frame.index + 1, video_.frames);
    }
    writer.Finish();
  }

 private:
  const VideoResults& video_;
  Footage footage_;
  std::unique_ptr<FaceFinder> finder_;
  Overlay overlay_;
};

}  // namespace

RenderSummary RenderVideo(
    const RenderOptions& options,
    const std::function<void(std::int64_t done, std::int64_t all)>& progress) {
  CheckOutput(options);
  const RunResults run = ReadRun(options.results);
  const VideoResults video = ReadVideo(run, VideoOfRun(run, options.video));
  Renderer renderer(options, video, run.video_options);
  WriteFileAtomically(options.output,
                      [&](const fs::path& path) { renderer.Write(path, progress); });
  RenderSummary summary{.frames = video.frames};
  for (const FaceResults& face : video.faces) {
    summary.finds += static_cast<std::int64_t>(face.intervals.size());
  }
  return summary;
}

}  // namespace mestr::internal
