// How far a command is, and how long the rest will take.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "pipeline/video_loop.h"

namespace mestr::cli {

// Of a thing that is counted, after so many seconds.
struct Pace {
  std::int64_t done = 0;
  std::optional<std::int64_t> expected;
  double seconds = 0;

  std::optional<double> Fraction() const;  // at most 1; empty where it is not known how many
  double PerSecond() const;                // 0 before the first
  std::optional<double> SecondsLeft() const;
};

// Of all videos, and of the one whose turn it is.
struct VideoProgress {
  std::size_t video = 0;   // whose turn it is, from 1
  std::size_t videos = 0;  // all
  // Before it, without a frame computed: results were there, or they failed at once.
  std::size_t passed_over = 0;
  internal::VideosAhead ahead = {};
  std::string name;    // of it
  Pace frames;         // of it
  double seconds = 0;  // since the first began

  // Each video counts alike, as most lengths are not known before; those passed over took no time.
  double FractionOfAll() const;
  std::optional<double> SecondsLeftOfAll() const;
};

// "1:02:03", "2:03"
std::string ClockText(double seconds);

// "[2/30] clip.mp4: 120 of 600 frames (20 %), 45 a second, 0:11 left; all: 4 %, 10:30 left",
// printable and at most so many columns wide.
std::string ProgressText(const VideoProgress& progress, std::size_t columns);

// "3 of 20 clips (15 %), 1:20 left"
std::string CountText(const Pace& pace, const std::string& things);

}  // namespace mestr::cli
