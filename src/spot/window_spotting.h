// The rules of networks of windows, from a run's scores to its intervals.
#pragma once

#include "mestr/core/score_track.h"
#include "mestr/spot/spot.h"
#include "spot/runs.h"

namespace mestr::internal {

bool IsOfWindows(SpotRule rule);

// Throws Error{kInvalidArgument} where track or options are not as these rules have them.
void CheckWindowArguments(const ScoreTrack& track, const SpotOptions& options);

// Adds the intervals of one run to `spotting`, whose smoothed scores and threshold are there.
// `options.rule` is one of windows.
void SpotWindowRun(const ScoreTrack& track, const Run& run, const SpotOptions& options,
                   Spotting& spotting);

}  // namespace mestr::internal
