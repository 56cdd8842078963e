#include "cli/spotted_videos.h"

#include "results/results.h"

namespace mestr::cli {
using namespace internal;
namespace {

SpottedVideo EventsOf(const VideoResults& video) {
  SpottedVideo spotted{.key = video.input.key, .events = {}};
  for (const FaceResults& face : video.faces) {
    for (const FoundInterval& found : face.intervals) {
      const bool is_long =
          !video.scores_are_probabilities && found.offset_s - found.onset_s > kLongestMicro_s;
      spotted.events.push_back(
          {found.interval, is_long ? ExpressionType::kMacro : ExpressionType::kMicro});
    }
    for (const FoundInterval& found : face.longer) {
      spotted.events.push_back({found.interval, ExpressionType::kMacro});
    }
  }
  return spotted;
}

}  // namespace

std::vector<SpottedVideo> SpottedVideosOf(const std::filesystem::path& run) {
  const RunResults results = ReadRun(run);
  std::vector<SpottedVideo> videos;
  for (const RunVideo& video : results.videos) {
    videos.push_back(
        video.error ? SpottedVideo{.key = video.input.key, .events = {}, .failure = *video.error}
                    : EventsOf(ReadFinds(results.folder, video)));
  }
  return videos;
}

}  // namespace mestr::cli
