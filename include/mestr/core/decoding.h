// How the scores of a video become intervals: what a model's record and a config can say of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mestr {

// The first two are of networks of pairs and sequences (MEAN), the others of networks of windows
// (BoostingVRME, ME-TST), whose scores are smoothed by a box of 2 k_p.
enum class SpotRule {
  // MEAN's: a peak above a threshold between the mean of the smoothed scores and their largest is
  // an interval of 2 k_p + 1 frames. Something stands out of every video.
  kRelative,
  // Each score is the probability that its frame lies within a micro-expression: an interval is
  // where it stays above half of a peak, and counts where the peak reaches a fixed value, so that a
  // video may have none.
  kProbability,
  // As kRelative, with the classes of the whole interval voting.
  kPlain,
  // Scalable interval selection: onset and offset are looked for in the scores around each peak; of
  // intervals that overlap the earliest stays.
  kScalable,
  // The variant of SAMM's test set: onset and offset are where the smoothed score is low.
  kSamm,
  // Each index names its onset and offset (ScoreTrack::bounds): those of at least the score p, the
  // best first, that overlap no better one.
  kBounds,
};

// Which windows' scores make the series of a video.
enum class StitchRule {
  // An index has the score of the first window that covers it: of the first window all, of later
  // ones the second half, where there is a past.
  kVideo,
  // As published: windows come in batches, all videos of a subject in a row; the first of a batch
  // counts whole, any other one's second half. Else an index has score 0 and the first class.
  kPublished,
};

// How class scores and spotting work together.
enum class Synergy {
  kNone = 0,         // the class of an index is that of its largest logit
  kRecognition = 1,  // neutral's logit counts as 0, and an interval voted neutral is none
  kSpotting = 2,     // the largest but neutral's
};

// Whose published code is followed to the letter, for comparison.
enum class PublishedDecoding {
  kNo,        // nobody's: frames are right, intervals lie within the video
  kBoosting,  // BoostingVRME's: intervals of kPlain are not clipped, frames are one index early,
              // and an interval too short for a vote is neutral
  kMetst,     // ME-TST's: the same; kRecognition leaves neutral's logit; a video without a peak has
              // an interval at its first frame
};

// Of a model of windows.
struct Decoding {
  SpotRule rule = SpotRule::kPlain;
  StitchRule stitch = StitchRule::kVideo;
  int batch_windows = 32;  // of StitchRule::kPublished, >= 1
  Synergy synergy = Synergy::kNone;
  // Added to the logits, one a class; empty: none. A class with one below 0 loses votes, too: where
  // more than a fifth of an interval's indices say another class, it has none.
  std::vector<double> class_offsets;
  std::vector<std::string> not_written;  // classes whose intervals are no finds

  friend bool operator==(const Decoding&, const Decoding&) = default;
};

// The name of the class that Synergy is about.
inline constexpr std::string_view kNeutral = "neutral";

// "relative", "probability", "plain", "scalable", "samm", "bounds". ParseWindowRule knows the last
// four; it and all below throw Error{kConfig} naming what they know.
std::string_view SpotRuleName(SpotRule rule);
SpotRule ParseWindowRule(std::string_view name);
// "video", "published".
std::string_view StitchRuleName(StitchRule rule);
StitchRule ParseStitchRule(std::string_view name);
// "no", "boosting", "metst".
std::string_view PublishedDecodingName(PublishedDecoding published);
PublishedDecoding ParsePublishedDecoding(std::string_view name);
// 0, 1, 2.
Synergy SynergyOf(int number);

}  // namespace mestr
