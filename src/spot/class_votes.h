// Which emotion the indices of an interval vote for: the rules of networks of windows.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mestr/core/score_track.h"
#include "mestr/spot/spot.h"
#include "spot/index_interval.h"

namespace mestr::internal {

// Indices [begin, end).
struct Voters {
  std::int64_t begin;
  std::int64_t end;
};

// Those of `size` that vote for an interval: all but its first and its last two. With
// PublishedDecoding kNo an interval too short for that has all its own vote; else none.
Voters VotersOf(const IndexInterval& interval, std::int64_t size, PublishedDecoding published);

// The class of each of these indices of the track: that of its largest logit, by the options'
// synergy and offsets; of equal ones the first.
std::vector<int> ClassesOf(const ScoreTrack& track, const Voters& indices,
                           const SpotOptions& options);

// The class that most of `classes` say, of equal ones the one met first; those with an offset below
// 0 (Decoding::class_offsets) have no vote where more than a fifth say another. `classes` is not
// empty.
int MajorityOf(std::span<const int> classes, std::span<const double> class_offsets);

}  // namespace mestr::internal
