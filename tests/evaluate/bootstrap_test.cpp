#include "evaluate/bootstrap.h"

#include "support/test_support.h"

namespace mestr::internal {
namespace {

VideoCounts Counts(SpottingCounts spotting) {
  VideoCounts counts;
  counts.spotting = spotting;
  counts.confusion = ConfusionMatrix(3);
  for (std::int64_t i = 0; i < spotting.tp; ++i) counts.confusion.Add(0, 0);
  return counts;
}

ConfidenceInterval BootstrapOf(const std::vector<VideoCounts>& videos, int samples,
                               std::uint64_t seed) {
  std::vector<const VideoCounts*> pointers;
  pointers.reserve(videos.size());
  for (const VideoCounts& video : videos) pointers.push_back(&video);
  return Bootstrap(pointers, 3, ClassAverage::kClassesMet, samples, seed);
}

constexpr std::size_t kF1 = 2;
constexpr std::size_t kStrs = 6;

TEST(Bootstrap, IsOneNumberWhereAllVideosAreTheSame) {
  const ConfidenceInterval interval =
      BootstrapOf(std::vector<VideoCounts>(5, Counts({1, 1, 1})), 200, 1);
  EXPECT_DOUBLE_EQ(interval.low[kF1], 0.5);
  EXPECT_DOUBLE_EQ(interval.high[kF1], 0.5);
  EXPECT_DOUBLE_EQ(interval.low[kStrs], 0.5);
}

TEST(Bootstrap, GivesTheSameIntervalForTheSameSeedOnAnyMachine) {
  std::vector<VideoCounts> videos;
  videos.reserve(100);
  for (int i = 0; i < 12; ++i) videos.push_back(Counts({i % 3, i % 4, i % 2}));
  const ConfidenceInterval a = BootstrapOf(videos, 500, 42);
  const ConfidenceInterval b = BootstrapOf(videos, 500, 42);
  EXPECT_EQ(a.low, b.low);
  EXPECT_EQ(a.high, b.high);
  const ConfidenceInterval other = BootstrapOf(videos, 500, 43);
  EXPECT_NE(a.low, other.low);
}

TEST(Bootstrap, CoversAboutTheBinomialSpread) {
  // Half of 100 videos have one hit, the others one miss: recall is binomial, 0.5 with a standard
  // deviation of 0.05, so that 95 % lie within 0.5 +- 0.098.
  std::vector<VideoCounts> videos;
  videos.reserve(100);
  for (int i = 0; i < 100; ++i) {
    videos.push_back(Counts(i % 2 == 0 ? SpottingCounts{1, 0, 0} : SpottingCounts{0, 0, 1}));
  }
  const ConfidenceInterval interval = BootstrapOf(videos, 4000, 3);
  constexpr std::size_t kRecall = 1;
  constexpr double kTolerance = 0.015;
  EXPECT_NEAR(interval.low[kRecall], 0.402, kTolerance);
  EXPECT_NEAR(interval.high[kRecall], 0.598, kTolerance);
}

TEST(DrawBelow, GivesEveryNumberAboutAsOften) {
  std::mt19937_64 random(5);
  std::array<int, 6> counts = {};
  for (int i = 0; i < 60000; ++i) ++counts.at(DrawBelow(random, counts.size()));
  for (const int count : counts) EXPECT_NEAR(count, 10000, 400);
}

TEST(DrawBelow, IsTheRawGeneratorForPowersOfTwo) {
  std::mt19937_64 random(5);
  std::mt19937_64 raw(5);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(DrawBelow(random, 8), raw() % 8);
}

TEST(HeadlineOf, EndsWithTheProductOfBothF1) {
  const SpottingCounts spotting = {1, 1, 1};
  RecognitionScore recognition;
  recognition.f1 = 0.5;
  EXPECT_DOUBLE_EQ(HeadlineOf(spotting, recognition)[kStrs], 0.25);
}

}  // namespace
}  // namespace mestr::internal
