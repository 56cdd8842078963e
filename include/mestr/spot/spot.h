// From a video's scores to its spotted intervals (Liong, See, Chan 2023, section 3.4).
//
// All functions are pure and thread-safe.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mestr/core/interval.h"
#include "mestr/core/score_track.h"
#include "mestr/spot/evidence.h"

namespace mestr {

enum class SpotRule {
  // The baseline's: scores are smoothed; a peak above a threshold between their mean and their
  // largest is an interval of 2 k_p + 1 frames. Something stands out of every video.
  kRelative,
  // Each score is the probability that its frame lies within a micro-expression: an interval is
  // where it stays above half of a peak, and counts where the peak reaches a fixed value, so that a
  // video may have none.
  kProbability,
};

struct SpotOptions {
  SpotRule rule = SpotRule::kRelative;
  double fps = 30;  // of the video, > 0

  // Of kProbability. Intervals shorter than the shortest are none, those longer than the longest
  // are macro-expressions; the definition says 0.5 s (Yan et al. 2013), and half of a score's peak
  // is met some frames outside of onset and offset.
  double shortest_s = 0.065;
  double longest_s = 0.6;
  EvidenceWeights evidence = {};

  // Of kRelative.
  int k_p_frames = 6;  // half the mean length of a micro-expression, >= 1
  // In [0, 1]. Of kRelative the threshold parameter: 0 is the mean score, 1 the largest. Of
  // kProbability the least evidence of an interval.
  double p = 0.55;
  // False, as the baseline has it: peaks are at least k_p apart, so that intervals may overlap.
  // True: at least 2 k_p + 1, so that of two that would overlap the lower peak goes.
  bool drop_overlaps = false;
  // True: threshold and noise are those of each run of valid indices (a stretch) by itself. False,
  // as the baseline has it: those of the whole track.
  bool each_run = false;
  // Intervals in which ScoreTrack::motion_px never reaches both of these are none: the threshold
  // alone finds something in a photograph. The noise is what a tenth of the valid indices do not
  // exceed. >= 0; 0, as the baseline has it, asks for nothing.
  double min_motion_px = 0;
  double min_motion_to_noise = 0;
};

// In frames of the video, 0-based.
struct SpottedInterval {
  Interval interval;       // clipped to where there are frames with scores
  std::int64_t peak = 0;   // frame whose (kRelative: smoothed) score it is
  double score = 0;        // (kRelative: smoothed) score at the peak
  int class_index = 0;     // the emotion voted for
  double probability = 0;  // mean probability of that class over the frames that voted
  Evidence evidence = {};  // its value is 0 with kRelative, whose scores say nothing by themselves
};

struct Spotting {
  SpotRule rule = SpotRule::kRelative;     // that found them
  std::vector<double> smoothed;            // an index of the track; 0 where it is not valid
  double threshold = 0;                    // that peaks reached; 0 where there is no valid score
  std::vector<double> run_thresholds;      // with each_run: of each run; the lowest is `threshold`
  std::vector<SpottedInterval> intervals;  // in order of their peaks
  // Those that would count, but last longer than a micro-expression (kProbability).
  std::vector<SpottedInterval> longer;
};

// Smoothing, threshold, peaks and vote; the only place where an index of the track becomes a frame
// of the video. Smoothing, peaks and intervals stay within a run of valid indices; the threshold is
// that of all of them, or with each_run of each. The last run, where it reaches the track's end,
// goes on to the video's end (a pair of frames has its second frame there). Throws
// Error{kInvalidArgument} when sizes or options are out of range.
Spotting SpotExpressions(const ScoreTrack& track, const SpotOptions& options,
                         const FaceSignals& signals = {});

// Box filter of 2 k_p samples, the mean of scores[i - k_p .. i + k_p - 1], with zeros outside:
// numpy's convolve(mode='same') for sequences of at least 2 k_p samples, and the same formula for
// shorter ones.
std::vector<double> SmoothScores(std::span<const float> scores, int k_p_frames);

// T = mean + p (max - mean). `smoothed` is not empty.
double SpottingThreshold(std::span<const double> smoothed, double p);

// Strict local maxima of at least `height`, ascending; a plateau counts at its middle, rounded
// down, and never at the ends of the sequence. Of two closer than `distance` samples the lower
// goes, the highest deciding first (of equal ones, the later): scipy's find_peaks(height,
// distance).
std::vector<std::int64_t> FindPeaks(std::span<const double> values, double height,
                                    std::int64_t distance);

struct Vote {
  int class_index = 0;
  double probability = 0;  // mean over the frames that voted
};

// Majority of the per-frame argmax over [peak - k_p, peak), clipped to the sequence, at least one
// frame; ties go to the class met first. `probabilities` is N x classes, row-major.
Vote VoteEmotion(std::span<const float> probabilities, int classes, std::int64_t peak,
                 int k_p_frames);

}  // namespace mestr
