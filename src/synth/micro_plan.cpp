#include "synth/micro_plan.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mestr::internal::synth {
namespace {

// Up for two frames, down for two: the shortest course that shows what it is.
constexpr std::int64_t kShortestFrames = 4;

std::int64_t LengthFrames(double seconds, double fps) {
  return std::max<std::int64_t>(kShortestFrames, std::llround(seconds * fps));
}

std::int64_t GapFrames(double gap_s, double fps) {
  return static_cast<std::int64_t>(std::ceil(gap_s * fps));
}

std::int64_t DrawLengthFrames(const PerformanceOptions& options, Random& random) {
  const ExpressionLength& length = options.length;
  double seconds = 0;
  do {
    seconds = length.mean_s + length.sd_s * random.Normal();
  } while (seconds < length.min_s || seconds > length.max_s);
  return LengthFrames(seconds, options.fps);
}

// Evenly spread over the classes' frequencies, in random order: few draws come near the weights.
std::vector<SynthEmotion> DrawClasses(const std::array<double, kSynthEmotionCount>& weights,
                                      std::size_t count, Random& random) {
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  const double offset = random.Unit();
  std::vector<SynthEmotion> classes;
  for (std::size_t i = 0; i < count; ++i) {
    double at = (static_cast<double>(i) + offset) / static_cast<double>(count) * sum;
    int index = 0;
    while (index < kSynthEmotionCount - 1 && at >= weights[index]) at -= weights[index++];
    while (weights[index] == 0) --index;
    classes.push_back(static_cast<SynthEmotion>(index));
  }
  for (std::size_t i = count; i > 1; --i) {
    std::swap(classes[i - 1], classes[random.Index(static_cast<int>(i))]);
  }
  return classes;
}

// The apex is at 0.3 to 0.55 of the way, some are held, some start in haste, and one of six does
// not go back all the way: the rest fades later.
void DrawCourse(FaceEvent& event, double fps, Random& random) {
  constexpr double kWithRest = 1.0 / 6;
  const std::int64_t length = event.frames.offset - event.frames.onset;
  const auto rise = std::clamp<std::int64_t>(
      std::llround(random.Uniform(0.3, 0.55) * static_cast<double>(length)), 1, length - 2);
  event.apex = event.frames.onset + rise;
  const double hold = random.HalfOfTimes(random.Uniform(0, 0.2)) * static_cast<double>(length);
  const auto hold_end =
      std::min<std::int64_t>(event.apex + std::llround(hold), event.frames.offset - 2);
  event.envelope = {.onset_s = static_cast<double>(event.frames.onset) / fps,
                    .apex_s = static_cast<double>(event.apex) / fps,
                    .hold_end_s = static_cast<double>(std::max(event.apex, hold_end)) / fps,
                    .offset_s = static_cast<double>(event.frames.offset) / fps,
                    .haste = random.HalfOfTimes(random.Unit())};
  if (random.Unit() < kWithRest) {
    event.envelope.rest = random.Uniform(0.1, 0.35);
    event.envelope.fade_s = random.Uniform(0.8, 2.5);
  }
}

}  // namespace

std::int64_t MostExpressions(std::int64_t frames, double fps, double gap_s,
                             const ExpressionLength& length) {
  const std::int64_t gap = GapFrames(gap_s, fps);
  return std::max<std::int64_t>(0, frames - gap) / (LengthFrames(length.max_s, fps) + 1 + gap);
}

std::vector<FaceEvent> PlanMicroExpressions(const PerformanceOptions& options,
                                            const UnitScale& scale, Random random) {
  const std::int64_t gap = GapFrames(options.gap_s, options.fps);
  const double minutes = static_cast<double>(options.frames) / options.fps / 60;
  const int wanted =
      options.expressions.value_or(random.Poisson(minutes * options.expressions_per_minute));
  std::vector<std::int64_t> lengths(wanted);
  for (std::int64_t& length : lengths) length = DrawLengthFrames(options, random);
  // A length n covers n + 1 frames.
  const auto free_frames = [&] {
    const auto count = static_cast<std::int64_t>(lengths.size());
    return options.frames - std::accumulate(lengths.begin(), lengths.end(), std::int64_t{0}) -
           count - gap * (count + 1);
  };
  while (!lengths.empty() && free_frames() < 0) lengths.pop_back();

  std::vector<std::int64_t> waits(lengths.size());
  for (std::int64_t& wait : waits) {
    wait = static_cast<std::int64_t>(random.Unit() * static_cast<double>(free_frames() + 1));
  }
  std::sort(waits.begin(), waits.end());
  const std::vector<SynthEmotion> classes =
      DrawClasses(options.class_weights, lengths.size(), random);
  std::vector<FaceEvent> events(lengths.size());
  std::int64_t used = gap;
  for (std::size_t i = 0; i < events.size(); ++i) {
    FaceEvent& event = events[i];
    event.kind = EventKind::kMicro;
    event.emotion = classes[i];
    event.frames = {used + waits[i], used + waits[i] + lengths[i]};
    event.px200 = random.Uniform(options.intensity_min_px200, options.intensity_max_px200);
    event.expression = DrawExpression(classes[i], event.px200, scale, random);
    DrawCourse(event, options.fps, random);
    used += lengths[i] + 1 + gap;
  }
  return events;
}

}  // namespace mestr::internal::synth
