#include "mestr/spot/spot.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "mestr/core/error.h"
#include "spot/runs.h"
#include "spot/score_extents.h"
#include "spot/window_spotting.h"

namespace mestr {
using namespace internal;
namespace {

std::int64_t Size(const auto& range) { return static_cast<std::int64_t>(range.size()); }

std::vector<std::int64_t> LocalMaxima(std::span<const double> values) {
  std::vector<std::int64_t> maxima;
  const std::int64_t last = Size(values) - 1;
  std::int64_t i = 1;
  while (i < last) {
    if (values[i - 1] < values[i]) {
      std::int64_t after = i + 1;
      while (after < last && values[after] == values[i]) ++after;
      if (values[after] < values[i]) {
        maxima.push_back((i + after - 1) / 2);
        i = after;
      }
    }
    ++i;
  }
  return maxima;
}

std::vector<std::int64_t> KeepHighestWithin(std::int64_t distance, std::span<const double> values,
                                            const std::vector<std::int64_t>& peaks) {
  std::vector<std::size_t> by_height(peaks.size());
  std::iota(by_height.begin(), by_height.end(), std::size_t{0});
  std::stable_sort(by_height.begin(), by_height.end(), [&](std::size_t a, std::size_t b) {
    return values[peaks[a]] < values[peaks[b]];
  });
  std::vector<bool> keep(peaks.size(), true);
  for (auto it = by_height.rbegin(); it != by_height.rend(); ++it) {
    const std::size_t at = *it;
    if (!keep[at]) continue;
    for (std::size_t j = at; j > 0 && peaks[at] - peaks[j - 1] < distance; --j) keep[j - 1] = false;
    for (std::size_t j = at + 1; j < peaks.size() && peaks[j] - peaks[at] < distance; ++j) {
      keep[j] = false;
    }
  }
  std::vector<std::int64_t> kept;
  for (std::size_t i = 0; i < peaks.size(); ++i) {
    if (keep[i]) kept.push_back(peaks[i]);
  }
  return kept;
}

void CheckArguments(const ScoreTrack& track, const SpotOptions& options) {
  const auto require = [](bool holds, const char* what) {
    if (!holds) throw Error(ErrorKind::kInvalidArgument, std::string("SpotExpressions: ") + what);
  };
  require(options.fps > 0, "fps must be above 0");
  require(options.shortest_s >= 0 && options.longest_s >= options.shortest_s,
          "the shortest must last no longer than the longest");
  require(options.k_p_frames >= 1, "k_p must be at least 1 frame");
  require(options.min_motion_px >= 0 && options.min_motion_to_noise >= 0,
          "the least motion must be at least 0");
  const bool asks_for_motion = options.min_motion_px > 0 || options.min_motion_to_noise > 0;
  require(!asks_for_motion || track.motion_px.size() == track.size(), "one motion a score");
  require(options.p >= 0 && options.p <= 1, "p must be in [0, 1]");
  require(track.classes >= 1 || track.size() == 0, "there must be a class");
  require(Size(track.probabilities) == Size(track.spot) * track.classes,
          "one probability a score and class");
  require(track.valid.size() == track.size(), "one validity a score");
  require(track.first_frame >= 0 && track.frame_step >= 1 &&
              (track.size() == 0 || track.frames > track.FrameOf(Size(track.spot) - 1)),
          "at least one frame a score");
  if (IsOfWindows(options.rule)) {
    CheckWindowArguments(track, options);
  } else {
    require(track.frame_step == 1, "a rule of pairs needs a score a frame");
  }
}

constexpr double kLeastScore = 0.01;  // of a peak that evidence is asked about

// The threshold of all valid indices together.
double ThresholdOf(const std::vector<Run>& runs, const std::vector<double>& smoothed, double p) {
  std::vector<double> valid;
  for (const Run& run : runs) {
    const auto of_run = run.Of(smoothed);
    valid.insert(valid.end(), of_run.begin(), of_run.end());
  }
  return SpottingThreshold(valid, p);
}

// Over the indices of the interval around a peak; 0 where nobody measured it.
double MostMotion(const ScoreTrack& track, const Run& run, std::int64_t peak, std::int64_t k_p) {
  if (track.motion_px.empty()) return 0;
  const auto begin = track.motion_px.begin();
  return *std::max_element(begin + std::max(run.begin, peak - k_p),
                           begin + std::min(run.end, peak + k_p + 1));
}

// What an interval must reach: in pixels, and above the noise of all valid indices.
double LeastMotion(const ScoreTrack& track, const std::vector<Run>& runs,
                   const SpotOptions& options) {
  if (options.min_motion_to_noise == 0) return options.min_motion_px;
  std::vector<float> motions;
  for (const Run& run : runs) {
    const auto of_run = run.Of(track.motion_px);
    motions.insert(motions.end(), of_run.begin(), of_run.end());
  }
  return std::max(options.min_motion_px, options.min_motion_to_noise * MotionNoise_px(motions));
}

void SpotRun(const ScoreTrack& track, const Run& run, const SpotOptions& options,
             double least_motion_px, Spotting& spotting) {
  const std::span smoothed = run.Of(spotting.smoothed);
  const std::span probabilities =
      std::span(track.probabilities)
          .subspan(run.begin * track.classes, (run.end - run.begin) * track.classes);
  const std::int64_t first_frame = track.first_frame + run.begin;
  const std::int64_t last_frame =
      (run.end == Size(track.spot) ? track.frames : track.first_frame + run.end) - 1;
  const std::int64_t k_p = options.k_p_frames;
  const std::int64_t distance = options.drop_overlaps ? 2 * k_p + 1 : k_p;
  for (const std::int64_t at : FindPeaks(smoothed, spotting.threshold, distance)) {
    if (MostMotion(track, run, run.begin + at, k_p) < least_motion_px) continue;
    const Vote vote = VoteEmotion(probabilities, track.classes, at, options.k_p_frames);
    const std::int64_t peak = first_frame + at;
    spotting.intervals.push_back(
        {.interval = {std::max(first_frame, peak - k_p), std::min(last_frame, peak + k_p)},
         .peak = peak,
         .score = smoothed[at],
         .class_index = vote.class_index,
         .probability = vote.probability,
         .evidence = {}});
  }
}

// Runs with one threshold and one noise.
void SpotTogether(const ScoreTrack& track, const std::vector<Run>& runs, const SpotOptions& options,
                  Spotting& spotting) {
  spotting.threshold = ThresholdOf(runs, spotting.smoothed, options.p);
  if (IsOfWindows(options.rule)) {
    for (const Run& run : runs) SpotWindowRun(track, run, options, spotting);
    return;
  }
  const double least_motion_px = LeastMotion(track, runs, options);
  for (const Run& run : runs) SpotRun(track, run, options, least_motion_px, spotting);
}

void SpotBounds(const ScoreTrack& track, const std::vector<Run>& runs, const SpotOptions& options,
                Spotting& spotting) {
  spotting.threshold = options.p;
  for (const Run& run : runs) {
    const auto scores = run.Of(track.spot);
    std::copy(scores.begin(), scores.end(), spotting.smoothed.begin() + run.begin);
    SpotWindowRun(track, run, options, spotting);
  }
}

void SpotPeaks(const ScoreTrack& track, const std::vector<Run>& runs, const SpotOptions& options,
               Spotting& spotting) {
  for (const Run& run : runs) {
    const auto scores = run.Of(track.spot);
    const std::vector<double> smoothed = SmoothScores(scores, options.k_p_frames);
    std::copy(smoothed.begin(), smoothed.end(), spotting.smoothed.begin() + run.begin);
  }
  if (!options.each_run) {
    SpotTogether(track, runs, options, spotting);
    return;
  }
  for (const Run& run : runs) {
    SpotTogether(track, {run}, options, spotting);
    spotting.run_thresholds.push_back(spotting.threshold);
  }
  spotting.threshold =
      *std::min_element(spotting.run_thresholds.begin(), spotting.run_thresholds.end());
}

// The class whose probability, weighed by the scores, is largest over the extent.
Vote WeighedVote(const ScoreTrack& track, const ScoreExtent& extent) {
  std::vector<double> sums(track.classes, 0);
  double weights = 0;
  for (std::int64_t i = extent.begin; i < extent.end; ++i) {
    const auto probabilities = track.ProbabilitiesAt(i);
    const double weight = track.spot[i];
    for (int c = 0; c < track.classes; ++c) sums[c] += weight * probabilities[c];
    weights += weight;
  }
  const auto best = std::max_element(sums.begin(), sums.end());
  return {static_cast<int>(best - sums.begin()), *best / weights};
}

EvidenceStretch StretchOf(const ScoreTrack& track, const Run& run, const FaceSignals& signals,
                          double fps) {
  EvidenceStretch stretch{{track.first_frame + run.begin, track.first_frame + run.end - 1}, 0, fps};
  if (signals.motion_px.empty()) return stretch;
  stretch.noise_px =
      MotionNoise_px(signals.motion_px.subspan(stretch.frames.onset, run.end - run.begin));
  return stretch;
}

// A score's extent as an interval, in frames; `extent` in indices of the track.
SpottedInterval IntervalOf(const ScoreTrack& track, const ScoreExtent& extent) {
  const Vote vote = WeighedVote(track, extent);
  return {.interval = {track.first_frame + extent.begin, track.first_frame + extent.end - 1},
          .peak = track.first_frame + extent.peak,
          .score = track.spot[extent.peak],
          .class_index = vote.class_index,
          .probability = vote.probability,
          .evidence = {}};
}

void SpotProbable(const ScoreTrack& track, const std::vector<Run>& runs, const SpotOptions& options,
                  const FaceSignals& signals, Spotting& spotting) {
  spotting.threshold = options.p;
  for (const Run& run : runs) {
    const auto scores = run.Of(track.spot);
    std::copy(scores.begin(), scores.end(), spotting.smoothed.begin() + run.begin);
    const EvidenceStretch stretch = StretchOf(track, run, signals, options.fps);
    for (const ScoreExtent& extent : ExtentsOf(scores, kLeastScore)) {
      SpottedInterval found = IntervalOf(
          track, {extent.begin + run.begin, extent.end + run.begin, extent.peak + run.begin});
      const double length_s = static_cast<double>(found.interval.LengthFrames()) / options.fps;
      if (length_s < options.shortest_s) continue;
      found.evidence = EvidenceOf(found.interval, found.score, stretch, signals, options.evidence);
      if (found.evidence.value < options.p) continue;
      (length_s > options.longest_s ? spotting.longer : spotting.intervals).push_back(found);
    }
  }
}

}  // namespace

std::vector<double> SmoothScores(std::span<const float> scores, int k_p_frames) {
  const std::int64_t n = Size(scores);
  const double weight = 1.0 / (2.0 * k_p_frames);
  std::vector<double> smoothed(scores.size());
  for (std::int64_t i = 0; i < n; ++i) {
    const std::int64_t begin = std::max<std::int64_t>(0, i - k_p_frames);
    const std::int64_t end = std::min(n, i + k_p_frames);
    double sum = 0;
    for (std::int64_t j = begin; j < end; ++j) sum += weight * static_cast<double>(scores[j]);
    smoothed[i] = sum;
  }
  return smoothed;
}

double SpottingThreshold(std::span<const double> smoothed, double p) {
  const double mean =
      std::accumulate(smoothed.begin(), smoothed.end(), 0.0) / static_cast<double>(smoothed.size());
  return mean + p * (*std::max_element(smoothed.begin(), smoothed.end()) - mean);
}

std::vector<std::int64_t> FindPeaks(std::span<const double> values, double height,
                                    std::int64_t distance) {
  std::vector<std::int64_t> peaks = LocalMaxima(values);
  std::erase_if(peaks, [&](std::int64_t at) { return values[at] < height; });
  return KeepHighestWithin(distance, values, peaks);
}

Vote VoteEmotion(std::span<const float> probabilities, int classes, std::int64_t peak,
                 int k_p_frames) {
  const std::int64_t begin = std::max<std::int64_t>(0, peak - k_p_frames);
  const std::int64_t end = std::max(begin + 1, peak);
  std::vector<int> votes(classes, 0);
  std::vector<int> met;
  for (std::int64_t i = begin; i < end; ++i) {
    const auto row = probabilities.subspan(i * classes, classes);
    const int winner = static_cast<int>(std::max_element(row.begin(), row.end()) - row.begin());
    if (votes[winner]++ == 0) met.push_back(winner);
  }
  Vote vote;
  vote.class_index =
      *std::max_element(met.begin(), met.end(), [&](int a, int b) { return votes[a] < votes[b]; });
  for (std::int64_t i = begin; i < end; ++i) {
    vote.probability += probabilities[i * classes + vote.class_index];
  }
  vote.probability /= static_cast<double>(end - begin);
  return vote;
}

Spotting SpotExpressions(const ScoreTrack& track, const SpotOptions& options,
                         const FaceSignals& signals) {
  CheckArguments(track, options);
  Spotting spotting;
  spotting.rule = options.rule;
  spotting.smoothed.assign(track.size(), 0);
  const std::vector<Run> runs = ValidRuns(track);
  if (runs.empty()) return spotting;
  if (options.rule == SpotRule::kProbability) {
    SpotProbable(track, runs, options, signals, spotting);
  } else if (options.rule == SpotRule::kBounds) {
    SpotBounds(track, runs, options, spotting);
  } else {
    SpotPeaks(track, runs, options, spotting);
  }
  return spotting;
}

}  // namespace mestr
