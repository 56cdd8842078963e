#include "spot/window_spotting.h"

#include <algorithm>
#include <numeric>
#include <string>

#include "mestr/core/error.h"
#include "spot/bound_intervals.h"
#include "spot/class_votes.h"
#include "spot/samm_intervals.h"
#include "spot/scalable_intervals.h"

namespace mestr::internal {
namespace {

std::int64_t LengthOf(const Run& run) { return run.end - run.begin; }

std::vector<IndexInterval> PlainIntervals(const std::vector<std::int64_t>& peaks, std::int64_t size,
                                          const SpotOptions& options) {
  const std::int64_t k_p = options.k_p_frames;
  const bool clips = options.published == PublishedDecoding::kNo;
  std::vector<IndexInterval> intervals;
  for (const std::int64_t peak : peaks) {
    IndexInterval interval{peak - k_p, peak + k_p, peak};
    if (clips) {
      interval.onset = std::max<std::int64_t>(0, interval.onset);
      interval.offset = std::min(size - 1, interval.offset);
    }
    intervals.push_back(interval);
  }
  return intervals;
}

// Of two that overlap the one with the lower score goes; the highest decides first.
std::vector<SpottedInterval> WithoutOverlaps(const std::vector<SpottedInterval>& intervals) {
  std::vector<std::size_t> by_score(intervals.size());
  std::iota(by_score.begin(), by_score.end(), std::size_t{0});
  std::stable_sort(by_score.begin(), by_score.end(), [&](std::size_t a, std::size_t b) {
    return intervals[a].score > intervals[b].score;
  });
  std::vector<std::size_t> kept;
  for (const std::size_t at : by_score) {
    const bool is_free = std::all_of(kept.begin(), kept.end(), [&](std::size_t other) {
      return OverlapFrames(intervals[at].interval, intervals[other].interval) == 0;
    });
    if (is_free) kept.push_back(at);
  }
  std::sort(kept.begin(), kept.end());
  std::vector<SpottedInterval> left;
  for (const std::size_t at : kept) left.push_back(intervals[at]);
  return left;
}

std::vector<IndexInterval> IntervalsOf(const ScoreTrack& track, const Run& run,
                                       const SpotOptions& options, const Spotting& spotting) {
  if (options.rule == SpotRule::kBounds) {
    return BoundIntervals(run.Of(track.spot),
                          std::span(track.bounds).subspan(2 * run.begin, 2 * LengthOf(run)),
                          options.p);
  }
  const auto smoothed = run.Of(spotting.smoothed);
  const auto peaks = FindPeaks(smoothed, spotting.threshold, options.k_p_frames);
  if (peaks.empty() && options.published == PublishedDecoding::kMetst) return {{0, 0, 0}};
  if (options.rule == SpotRule::kScalable) {
    return ScalableIntervals(run.Of(track.spot), peaks, options.k_p_frames);
  }
  if (options.rule == SpotRule::kSamm) return SammIntervals(smoothed, peaks, options.k_p_frames);
  return PlainIntervals(peaks, LengthOf(run), options);
}

Vote VoteOf(const ScoreTrack& track, const Run& run, const IndexInterval& interval,
            const SpotOptions& options) {
  const auto in_track = [&](PublishedDecoding published) {
    const Voters voters = VotersOf(interval, LengthOf(run), published);
    return Voters{run.begin + voters.begin, run.begin + voters.end};
  };
  Voters voters = in_track(options.published);
  Vote vote;
  if (voters.begin < voters.end) {
    vote.class_index = MajorityOf(ClassesOf(track, voters, options), options.class_offsets);
  } else {
    voters = in_track(PublishedDecoding::kNo);
    vote.class_index = std::max(0, options.neutral);
  }
  for (std::int64_t i = voters.begin; i < voters.end; ++i) {
    vote.probability += track.ProbabilitiesAt(i)[vote.class_index];
  }
  vote.probability /= static_cast<double>(voters.end - voters.begin);
  return vote;
}

// The published frame numbers are those of the index before.
SpottedInterval Spotted(const ScoreTrack& track, const Run& run, const IndexInterval& interval,
                        const SpotOptions& options, const Spotting& spotting) {
  const std::int64_t first = run.begin - (options.published == PublishedDecoding::kNo ? 0 : 1);
  const std::int64_t peak = run.begin + interval.peak;
  const bool is_raw = options.rule == SpotRule::kScalable;
  const Vote vote = VoteOf(track, run, interval, options);
  return {
      .interval = {track.FrameOf(first + interval.onset), track.FrameOf(first + interval.offset)},
      .peak = track.FrameOf(first + interval.peak),
      .score = is_raw ? track.spot[peak] : spotting.smoothed[peak],
      .class_index = vote.class_index,
      .probability = vote.probability,
      .evidence = {}};
}

bool IsWritten(int class_index, const SpotOptions& options) {
  if (options.synergy == Synergy::kRecognition && class_index == options.neutral) return false;
  const std::vector<int>& never = options.not_written;
  return std::find(never.begin(), never.end(), class_index) == never.end();
}

}  // namespace

bool IsOfWindows(SpotRule rule) {
  return rule != SpotRule::kRelative && rule != SpotRule::kProbability;
}

void CheckWindowArguments(const ScoreTrack& track, const SpotOptions& options) {
  const auto require = [](bool holds, const char* what) {
    if (!holds) throw Error(ErrorKind::kInvalidArgument, std::string("SpotExpressions: ") + what);
  };
  const std::size_t of_classes = track.size() * static_cast<std::size_t>(track.classes);
  require(track.logits.size() == of_classes, "one logit a score and class");
  require(options.rule != SpotRule::kBounds || track.bounds.size() == 2 * track.size(),
          "two bounds a score");
  const bool has_neutral = options.neutral >= 0 && options.neutral < track.classes;
  require(options.synergy == Synergy::kNone || has_neutral || track.size() == 0,
          "synergy needs a neutral class");
  require(options.synergy != Synergy::kSpotting || track.classes != 1,
          "synergy needs a class besides neutral");
  require(options.class_offsets.empty() ||
              options.class_offsets.size() == static_cast<std::size_t>(track.classes),
          "one offset a class");
}

void SpotWindowRun(const ScoreTrack& track, const Run& run, const SpotOptions& options,
                   Spotting& spotting) {
  std::vector<SpottedInterval> written;
  for (const IndexInterval& interval : IntervalsOf(track, run, options, spotting)) {
    const SpottedInterval spotted = Spotted(track, run, interval, options, spotting);
    (IsWritten(spotted.class_index, options) ? written : spotting.not_written).push_back(spotted);
  }
  if (options.drop_overlaps) written = WithoutOverlaps(written);
  spotting.intervals.insert(spotting.intervals.end(), written.begin(), written.end());
}

}  // namespace mestr::internal
