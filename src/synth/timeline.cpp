#include "synth/timeline.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mestr::internal::synth {
namespace {

// One frame up, one down: the shortest course that has an apex.
constexpr std::int64_t kShortestFrames = 2;

ExpressionLength LengthOf(const SynthClipOptions& options) {
  return options.length.value_or(ExpressionLength::ForRate(options.fps));
}

std::int64_t LengthFrames(double seconds, double fps) {
  return std::max(kShortestFrames, static_cast<std::int64_t>(std::floor(seconds * fps + 0.5)));
}

// Neutral frames before the first expression, between two and after the last.
std::int64_t GapFrames(const SynthClipOptions& options) {
  return static_cast<std::int64_t>(std::ceil(options.gap_s * options.fps));
}

std::int64_t DrawLengthFrames(const ExpressionLength& length, double fps, Random& random) {
  double seconds = 0;
  do {
    seconds = length.mean_s + length.sd_s * random.Normal();
  } while (seconds < length.min_s || seconds > length.max_s);
  return LengthFrames(seconds, fps);
}

// Where between onset and offset the apex lies and how long it is held: a fast rise and a slower
// fall.
void DrawCourse(PlannedExpression& planned, Random& random) {
  const Interval& frames = planned.truth.frames;
  const std::int64_t length = frames.offset - frames.onset;
  const double apex = random.Uniform(0.32, 0.48) * static_cast<double>(length);
  const double hold = random.Uniform(0, 0.15) * static_cast<double>(length);
  const auto rise = std::clamp<std::int64_t>(std::llround(apex), 1, length - 1);
  planned.truth.apex = frames.onset + rise;
  planned.hold_end =
      std::min<std::int64_t>(planned.truth.apex + std::llround(hold), frames.offset - 1);
}

// Evenly spread over the classes' frequencies, in random order: few draws come near the weights.
std::vector<SynthEmotion> DrawClasses(const std::array<double, kSynthEmotionCount>& weights,
                                      int count, Random& random) {
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  const double offset = random.Unit();
  std::vector<SynthEmotion> classes;
  for (int i = 0; i < count; ++i) {
    double at = (i + offset) / count * sum;
    int index = 0;
    while (index < kSynthEmotionCount - 1 && at >= weights[index]) at -= weights[index++];
    while (weights[index] == 0) --index;
    classes.push_back(static_cast<SynthEmotion>(index));
  }
  for (int i = count - 1; i > 0; --i) std::swap(classes[i], classes[random.Index(i + 1)]);
  return classes;
}

std::int64_t SumOf(const std::vector<std::int64_t>& lengths) {
  return std::accumulate(lengths.begin(), lengths.end(), std::int64_t{0});
}

}  // namespace

std::int64_t FrameCount(const SynthClipOptions& options) {
  return std::max<std::int64_t>(2, std::llround(options.seconds * options.fps));
}

std::int64_t MostExpressions(const SynthClipOptions& options) {
  const std::int64_t gap = GapFrames(options);
  const std::int64_t longest = LengthFrames(LengthOf(options).max_s, options.fps) + 1;
  return std::max<std::int64_t>(0, FrameCount(options) - gap) / (longest + gap);
}

double PlannedExpression::Activation(std::int64_t index) const {
  const Interval& frames = truth.frames;
  if (index <= frames.onset || index >= frames.offset) return 0;
  if (index < truth.apex) {
    return SmoothStep(static_cast<double>(index - frames.onset) /
                      static_cast<double>(truth.apex - frames.onset));
  }
  if (index <= hold_end) return 1;
  return SmoothStep(static_cast<double>(frames.offset - index) /
                    static_cast<double>(frames.offset - hold_end));
}

std::vector<PlannedExpression> PlanExpressions(const SynthClipOptions& options, Random& random) {
  const std::int64_t frames = FrameCount(options);
  const std::int64_t gap = GapFrames(options);
  const int wanted = options.expressions.value_or(random.Poisson(
      static_cast<double>(frames) / options.fps / 60 * options.expressions_per_minute));

  std::vector<std::int64_t> lengths(wanted);
  for (std::int64_t& length : lengths) {
    length = DrawLengthFrames(LengthOf(options), options.fps, random);
  }
  // A length n covers n + 1 frames.
  const auto free_frames = [&] {
    const auto planned_count = static_cast<std::int64_t>(lengths.size());
    return frames - SumOf(lengths) - planned_count - gap * (planned_count + 1);
  };
  while (!lengths.empty() && free_frames() < 0) lengths.pop_back();

  const int count = static_cast<int>(lengths.size());
  std::vector<std::int64_t> waits(count);
  for (std::int64_t& wait : waits) {
    wait = static_cast<std::int64_t>(random.Unit() * static_cast<double>(free_frames() + 1));
  }
  std::sort(waits.begin(), waits.end());
  const std::vector<SynthEmotion> classes = DrawClasses(options.class_weights, count, random);

  std::vector<PlannedExpression> planned(count);
  std::int64_t used = gap;
  for (int i = 0; i < count; ++i) {
    planned[i].truth.frames = {used + waits[i], used + waits[i] + lengths[i]};
    planned[i].truth.emotion = classes[i];
    planned[i].intensity_crop_px =
        random.Uniform(options.intensity_min_crop_px, options.intensity_max_crop_px);
    DrawCourse(planned[i], random);
    used += lengths[i] + 1 + gap;
  }
  return planned;
}

double PlannedBlink::Closure(double time_s) const {
  const double part = (time_s - start_s) / length_s;
  if (part <= 0 || part >= 1) return 0;
  // The lid falls about twice as fast as it rises.
  constexpr double kClosing = 0.35;
  return depth *
         (part < kClosing ? SmoothStep(part / kClosing) : SmoothStep((1 - part) / (1 - kClosing)));
}

std::vector<PlannedBlink> PlanBlinks(const SynthClipOptions& options, double seconds,
                                     Random& random) {
  std::vector<PlannedBlink> blinks;
  if (options.blinks_per_minute == 0) return blinks;
  const double mean_wait_s = 60 / options.blinks_per_minute;
  double at = random.Unit() * mean_wait_s;
  while (true) {
    PlannedBlink blink;
    blink.start_s = at;
    // The sum of two even draws: 0.1 to 0.4 s, most of them near 0.25 s.
    blink.length_s = 0.1 + 0.15 * (random.Unit() + random.Unit());
    blink.depth = random.Uniform(0.85, 1);
    if (blink.start_s + blink.length_s > seconds) return blinks;
    blinks.push_back(blink);
    // At 60 blinks a minute the wait is still longer than the longest blink.
    at += mean_wait_s * random.Uniform(0.45, 1.55);
  }
}

std::vector<GazeShift> PlanGaze(const SynthClipOptions& options, double seconds, Random& random) {
  std::vector<GazeShift> shifts;
  if (options.gaze_crop_px == 0) return shifts;
  double at = 0;
  while (at < seconds) {
    // Sideways more than up and down, as eyes do on a screen.
    const double x = random.Uniform(-1, 1);
    shifts.push_back({at, {x, random.Uniform(-0.3, 0.3)}});
    at += random.Uniform(0.4, 2.5);
  }
  return shifts;
}

cv::Point2d GazeAt(const std::vector<GazeShift>& shifts, double time_s) {
  if (shifts.empty()) return {0, 0};
  constexpr double kSaccade_s = 0.04;
  const auto next =
      std::upper_bound(shifts.begin(), shifts.end(), time_s,
                       [](double time, const GazeShift& shift) { return time < shift.start_s; });
  const GazeShift& current = *(next - 1);
  if (next - 1 == shifts.begin()) return current.target;
  const cv::Point2d before = (next - 2)->target;
  return before + (current.target - before) * SmoothStep((time_s - current.start_s) / kSaccade_s);
}

SlowWave::SlowWave(Random& random) {
  double sum = 0;
  for (int i = 0; i < kParts; ++i) {
    frequency_hz_[i] = random.Uniform(0.04, 0.35);
    phase_turns_[i] = random.Unit();
    // The slower, the larger: a head's speed stays about the same at all scales.
    weight_[i] = 0.1 / frequency_hz_[i];
    sum += weight_[i];
  }
  for (double& weight : weight_) weight /= sum;
}

double SlowWave::At(double time_s) const {
  double sum = 0;
  for (int i = 0; i < kParts; ++i) {
    sum += weight_[i] * SinTurns(phase_turns_[i] + frequency_hz_[i] * time_s);
  }
  return sum;
}

}  // namespace mestr::internal::synth
