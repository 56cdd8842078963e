// From a video's scores to its spotted intervals: by the rules of MEAN (Liong, See, Chan 2023,
// section 3.4) and of networks of windows (core/decoding.h).
//
// All functions are pure and thread-safe.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mestr/core/decoding.h"
#include "mestr/core/interval.h"
#include "mestr/core/score_track.h"
#include "mestr/spot/evidence.h"

namespace mestr {

struct SpotOptions {
  SpotRule rule = SpotRule::kRelative;
  double fps = 30;  // of the video, > 0

  // Of kProbability. Intervals shorter than the shortest are none, those longer than the longest
  // are macro-expressions; the definition says 0.5 s (Yan et al. 2013), and half of a score's peak
  // is met some frames outside of onset and offset.
  double shortest_s = 0.065;
  double longest_s = 0.6;
  EvidenceWeights evidence = {};

  // Of all but kProbability and kBounds.
  int k_p_frames = 6;  // half the mean length of a micro-expression, in indices, >= 1
  // In [0, 1]. Of kProbability the least evidence of an interval, of kBounds its least score; of
  // all others the threshold parameter: 0 is the mean score, 1 the largest.
  double p = 0.55;
  // False, as the baseline has it: peaks are at least k_p apart, so that intervals may overlap.
  // True: at least 2 k_p + 1, so that of two that would overlap the lower peak goes; with the rules
  // of windows of those that overlap the lower score.
  bool drop_overlaps = false;
  // True: threshold and noise are those of each run of valid indices (a stretch) by itself. False,
  // as the baseline has it: those of the whole track.
  bool each_run = false;
  // Intervals in which ScoreTrack::motion_px never reaches both of these are none: the threshold
  // alone finds something in a photograph. The noise is what a tenth of the valid indices do not
  // exceed. >= 0; 0, as the baseline has it, asks for nothing.
  double min_motion_px = 0;
  double min_motion_to_noise = 0;

  // Of the rules of windows, which want ScoreTrack::logits.
  Synergy synergy = Synergy::kNone;
  int neutral = -1;                        // that class; below 0: there is none
  std::vector<double> class_offsets = {};  // Decoding::class_offsets
  std::vector<int> not_written = {};       // classes whose intervals are no finds
  PublishedDecoding published = PublishedDecoding::kNo;
};

// In frames of the video, 0-based.
struct SpottedInterval {
  // Clipped to where there are frames with scores; SpotOptions::published clips nothing, so that it
  // may begin before the video or end after it.
  Interval interval;
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
  std::vector<SpottedInterval> intervals;  // in order of their peaks; kScalable: of onsets
  // Those that would count, but last longer than a micro-expression (kProbability).
  std::vector<SpottedInterval> longer;
  // Those that would count, but were voted neutral with Synergy::kRecognition, or for a class that
  // is not written (rules of windows).
  std::vector<SpottedInterval> not_written;
};

// Smoothing, threshold, peaks and vote; the only place where an index of the track becomes a frame
// of the video. Smoothing, peaks and intervals stay within a run of valid indices; the threshold is
// that of all of them, or with each_run of each. Of the first two rules, whose indices are pairs of
// frames that follow each other, the last run, where it reaches the track's end, goes on to the
// video's end (a pair has its second frame there). Throws
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
