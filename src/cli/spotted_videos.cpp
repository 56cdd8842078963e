#include "cli/spotted_videos.h"

#include "core/text.h"
#include "mestr/core/error.h"
#include "results/results.h"

namespace mestr::cli {
using namespace internal;
namespace {

double Length_s(const Interval& interval, const VideoResults& video) {
  return video.frame_times_s.at(static_cast<std::size_t>(interval.offset)) -
         video.frame_times_s.at(static_cast<std::size_t>(interval.onset));
}

SpottedVideo EventsOf(const VideoResults& video) {
  SpottedVideo spotted{.key = video.input.key, .events = {}};
  for (const FaceResults& face : video.faces) {
    for (const FoundInterval& found : face.intervals) {
      const bool is_long =
          !video.scores_are_probabilities && Length_s(found.interval, video) > kLongestMicro_s;
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
    if (video.error) {
      throw Error(ErrorKind::kInput, run.string() + ": video " + Quoted(video.input.key.video) +
                                         " failed (" + *video.error + "); run it again");
    }
    videos.push_back(EventsOf(ReadVideo(results, video)));
  }
  return videos;
}

}  // namespace mestr::cli
