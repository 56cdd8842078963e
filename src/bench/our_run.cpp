#include "bench/our_run.h"

#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>

#include "core/files.h"
#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

void ReadScores(const std::filesystem::path& file, OurRun& run) {
  // An index between two stretches has null for all of it.
  constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
  const auto json = nlohmann::json::parse(ReadFile(file));
  const std::size_t classes = json.at("classes").size();
  for (const auto& score : json.at("scores")) {
    run.scores.push_back(score.is_null() ? kNone : score.get<float>());
  }
  for (const auto& row : json.at("probabilities")) {
    for (std::size_t i = 0; i < classes; ++i) {
      run.probabilities.push_back(row.is_null() ? kNone : row.at(i).get<float>());
    }
  }
}

}  // namespace

OurRun RunOurs(const RunSetup& setup, const BenchClip& clip, const std::filesystem::path& scratch) {
  RunOptions options;
  options.analyzer.config = setup.config;
  options.inputs = {clip.input.path.string()};
  options.fps = clip.input.fps;
  options.output = scratch / "run";
  std::error_code error;  // what stays is refused below
  std::filesystem::remove_all(options.output, error);
  options.analyzer.device = setup.device;
  options.analyzer.jobs = setup.jobs;

  OurRun run;
  Cost startup;
  std::optional<ScopedCost> startup_clock(std::in_place, startup);
  std::optional<ScopedCost> video_clock;
  bool is_last = false;
  RunObserver observer;
  observer.on_video = [&](const VideoTurn& turn) {
    startup_clock.reset();
    if (turn.index == 0) video_clock.emplace(run.cost);
    is_last = turn.index + 1 == turn.count;
  };
  observer.on_video_done = [&](const VideoInput&, double) {
    if (is_last) video_clock.reset();
  };
  const RunSummary summary = RunVideos(options, observer);
  run.startup_s = startup.wall_s;
  for (const VideoOutcome& outcome : summary.videos) {
    if (outcome.error) {
      throw Error(ErrorKind::kInput, outcome.input.path.string() + ": " + *outcome.error);
    }
    run.frames += outcome.analysis.frames;
    run.seconds += static_cast<double>(outcome.analysis.frames) / outcome.analysis.fps;
  }
  run.outcome = summary.videos.front();
  ReadScores(options.output / run.outcome.file, run);
  return run;
}

}  // namespace mestr::internal
