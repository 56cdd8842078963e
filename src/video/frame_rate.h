// How many frames a second a video has: what its header says, held against its time stamps.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace mestr::internal {

// A packet's times in ticks of its stream; either may be empty.
struct PacketTimes {
  std::optional<std::int64_t> shown;    // presentation
  std::optional<std::int64_t> decoded;  // in the order of the file; steps back where streams were
                                        // joined
};

// Seconds from one frame to the next as a rule: the mean of the steps that are near their median,
// so that pauses do not count and a coarse tick averages out. `packets` in the order of the file.
// Empty where no two times tell.
std::optional<double> UsualInterval_s(std::span<const PacketTimes> packets, double tick_s);

struct RateSources {
  std::optional<double> header_fps;
  std::optional<double> interval_s;  // UsualInterval_s
  double tick_s = 0;
  bool interlaced = false;  // two packets, one a field, may be one frame
};

struct FrameRate {
  std::optional<double> fps;
  std::string note;  // empty where the header's is taken
};

// The header's rate, unless the time stamps contradict it by more than a tenth or it merely is that
// of a clock's tick (1000, 90000).
FrameRate ChooseFrameRate(const RateSources& sources);

}  // namespace mestr::internal
