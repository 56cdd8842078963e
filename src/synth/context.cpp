#include "synth/context.h"

#include <array>

#include "synth/footage_statistics.h"

namespace mestr::internal::synth {
namespace {

struct Named {
  std::string_view name;
  ContextTraits traits;
};

// In the order of Context.
constexpr std::array<Named, kContextCount> kContexts = {{
    {"frozen", {}},
    {"still",
     {.sway = 0.3,
      .tone = 0.5,
      .blinks_per_minute = kBlinksAtRest_per_minute,
      .jumps_per_s = 0.5,
      .reach_deg = 2.5,
      .small_per_minute = 2,
      .shifts_per_minute = 0.3}},
    {"calm",
     {.sway = 0.6,
      .tone = 1,
      .blinks_per_minute = kBlinksAtRest_per_minute,
      .jumps_per_s = 1,
      .reach_deg = 4,
      .speech_share = 0.05,
      .macro_per_minute = 2,
      .small_per_minute = 5,
      .turns_per_minute = 1.5,
      .nods_per_minute = 1,
      .shifts_per_minute = 1}},
    {"speaking",
     {.sway = 1,
      .tone = 1.2,
      .blinks_per_minute = kBlinksInTalk_per_minute,
      .jumps_per_s = 1,
      .reach_deg = 5,
      .speech_share = 0.75,
      .macro_per_minute = 7,
      .small_per_minute = 2,
      .turns_per_minute = 3,
      .nods_per_minute = 4,
      .shifts_per_minute = 1.5}},
    {"lively",
     {.sway = 1.3,
      .tone = 1.5,
      .blinks_per_minute = kBlinksInTalk_per_minute,
      .jumps_per_s = 1.3,
      .reach_deg = 7,
      .speech_share = 0.35,
      .macro_per_minute = 14,
      .small_per_minute = 6,
      .turns_per_minute = 8,
      .nods_per_minute = 6,
      .shifts_per_minute = 4}},
}};

}  // namespace

const ContextTraits& ContextTraits::Of(Context context) {
  return kContexts[static_cast<std::size_t>(context)].traits;
}

std::string_view ContextName(Context context) {
  return kContexts[static_cast<std::size_t>(context)].name;
}

std::optional<Context> FindContext(std::string_view name) {
  for (int i = 0; i < kContextCount; ++i) {
    if (kContexts[i].name == name) return static_cast<Context>(i);
  }
  return std::nullopt;
}

}  // namespace mestr::internal::synth
