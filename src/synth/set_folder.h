// The folder of a set of clips, and how its clips are made on several threads.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "core/work_folder.h"
#include "synth/micro_expressions.h"

namespace mestr::internal {

struct SynthWriteOptions {
  bool overwrite = false;  // begin anew where there is a set
  int threads = 1;         // >= 1; clips at a time. The bytes do not depend on it.
  // Called after each clip, from one thread at a time.
  std::function<void(std::int64_t clips_done, std::int64_t clips)> progress = nullptr;
  // Asked before each clip: where it is true, the rest ends with Error{kStopped}.
  std::function<bool()> stops_after_clip = nullptr;
};

struct SynthSetSummary {
  std::int64_t clips = 0;
  std::int64_t frames = 0;
  std::array<std::int64_t, kSynthEmotionCount> expressions = {};  // micro-expressions
};

namespace synth {

// Tells what is in the folder; its list "entries" names what belongs to the set.
inline constexpr char kRecordFile[] = "synth.json";

// Of kRecordFile.
extern const WorkFolder::Kind kSetFolder;

// Calls `make` with 0..count-1, in any order on several threads; the first error (in the clips'
// order among those met) stops the rest and is thrown.
void ForEachClip(std::size_t count, const SynthWriteOptions& write,
                 const std::function<void(std::size_t)>& make);

}  // namespace synth
}  // namespace mestr::internal
