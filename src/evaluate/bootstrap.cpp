#include "evaluate/bootstrap.h"

#include <algorithm>
#include <limits>

#include "core/quantile.h"

namespace mestr::internal {
namespace {

constexpr double kLowQuantile = 0.025;
constexpr double kHighQuantile = 0.975;

}  // namespace

Headline HeadlineOf(const SpottingCounts& spotting, const RecognitionScore& recognition) {
  return {spotting.Precision(),
          spotting.Recall(),
          spotting.F1(),
          recognition.f1,
          recognition.uf1,
          recognition.uar,
          SpotThenRecognizeScore(spotting.F1(), recognition.f1)};
}

std::uint64_t DrawBelow(std::mt19937_64& random, std::uint64_t n) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t incomplete = (kMost % n + 1) % n;  // 2^64 mod n
  for (;;) {
    const std::uint64_t value = random();
    if (value <= kMost - incomplete) return value % n;
  }
}

ConfidenceInterval Bootstrap(std::span<const VideoCounts* const> videos, std::size_t classes,
                             ClassAverage average, int samples, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::array<std::vector<double>, kHeadlines.size()> values;
  for (int s = 0; s < samples; ++s) {
    SpottingCounts spotting;
    ConfusionMatrix confusion(classes);
    for (std::size_t i = 0; i < videos.size(); ++i) {
      const VideoCounts& video = *videos[DrawBelow(random, videos.size())];
      spotting += video.spotting;
      confusion += video.confusion;
    }
    const Headline headline = HeadlineOf(spotting, ScoreRecognition(confusion, average));
    for (std::size_t h = 0; h < headline.size(); ++h) values[h].push_back(headline[h]);
  }
  ConfidenceInterval interval;
  for (std::size_t h = 0; h < values.size(); ++h) {
    std::sort(values[h].begin(), values[h].end());
    interval.low[h] = Quantile(values[h], kLowQuantile);
    interval.high[h] = Quantile(values[h], kHighQuantile);
  }
  return interval;
}

}  // namespace mestr::internal
