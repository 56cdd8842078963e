#include "flow/top_mean.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <opencv2/core.hpp>
#include <vector>

#include "support/every_target.h"

namespace mestr::internal {
namespace {

struct Field {
  ImageView<const float> View(const std::vector<float>& values) const {
    return {values.data(), width, height, width};
  }
  cv::Point2d Mean(const cv::Rect& region, double share) const {
    std::vector<float> memory;
    return TopMean(View(u), View(v), region, share, memory);
  }

  int width = 0;
  int height = 0;
  std::vector<float> u;
  std::vector<float> v;
};

cv::Point2d MeanOf(const std::vector<float>& u, const std::vector<float>& v, double share) {
  const auto width = static_cast<int>(u.size());
  return Field{width, 1, u, v}.Mean({0, 0, width, 1}, share);
}

// Values of few bits, so that many lengths are equal; of all bits otherwise.
Field NoiseOf(int width, int height, bool coarse, std::uint64_t seed) {
  cv::RNG random(seed);
  Field field{width, height, {}, {}};
  for (std::vector<float>* values : {&field.u, &field.v}) {
    for (int i = 0; i < width * height; ++i) {
      values->push_back(coarse ? static_cast<float>(random.uniform(-3, 4)) / 4
                               : static_cast<float>(random.gaussian(2)));
    }
  }
  return field;
}

// By sorting, as the header says it.
cv::Point2d SortedMean(const Field& field, const cv::Rect& region, double share) {
  std::vector<cv::Vec2f> vectors;
  for (int y = region.y; y < region.br().y; ++y) {
    for (int x = region.x; x < region.br().x; ++x) {
      const auto at = static_cast<std::size_t>(y * field.width + x);
      vectors.emplace_back(field.u[at], field.v[at]);
    }
  }
  const auto length = [](const cv::Vec2f& v) { return std::sqrt(v[0] * v[0] + v[1] * v[1]); };
  std::vector<std::size_t> order(vectors.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return length(vectors[a]) < length(vectors[b]);
  });
  const auto dropped =
      std::min(order.size() - 1,
               static_cast<std::size_t>(static_cast<double>(order.size()) * (1.0 - share)));
  order.erase(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(dropped));
  // The order of the sum is that of the pixels.
  std::sort(order.begin(), order.end());
  cv::Point2d sum;
  for (const std::size_t i : order) sum += cv::Point2d(vectors[i][0], vectors[i][1]);
  return {sum.x / static_cast<double>(order.size()), sum.y / static_cast<double>(order.size())};
}

class TopMeanOnTarget : public testing::OnEveryTarget {};

TEST_P(TopMeanOnTarget, IsTheMeanOfTheLongestVectors) {
  EXPECT_EQ(MeanOf({1, -4, 3, 0, 2}, {0, 0, 0, 1, 0}, 0.4), cv::Point2d(-0.5, 0));
}

TEST_P(TopMeanOnTarget, LeavesOutTheWholePartOfWhatIsBelowTheShare) {
  // 3 x 0.7 = 2.1 are left out.
  EXPECT_EQ(MeanOf({1, 2, 3}, {0, 0, 0}, 0.3), cv::Point2d(3, 0));
  EXPECT_EQ(MeanOf({5}, {7}, 0.2), cv::Point2d(5, 7));
}

TEST_P(TopMeanOnTarget, TakesTheLastOfVectorsOfEqualLength) {
  EXPECT_EQ(MeanOf({1, 0, -1, 0}, {0, 1, 0, -1}, 0.5), cv::Point2d(-0.5, -0.5));
}

TEST_P(TopMeanOnTarget, OfNoMotionIsZero) {
  EXPECT_EQ(MeanOf(std::vector<float>(50, 0.0F), std::vector<float>(50, -0.0F), 0.3),
            cv::Point2d(0, 0));
}

TEST_P(TopMeanOnTarget, OfARegionWithoutPixelsIsZero) {
  std::vector<float> memory;
  EXPECT_EQ(TopMean({}, {}, {}, 0.3, memory), cv::Point2d(0, 0));
}

TEST_P(TopMeanOnTarget, HasTheBitsOfSortingWhateverTheSizeAndShare) {
  std::uint64_t seed = 1;
  for (const bool coarse : {false, true}) {
    for (const int width : {1, 3, 15, 16, 17, 33, 70}) {
      for (const int height : {1, 2, 19}) {
        const Field field = NoiseOf(width, height, coarse, ++seed);
        for (const double share : {0.2, 0.3, 0.7, 1.0}) {
          const cv::Rect all(0, 0, width, height);
          EXPECT_EQ(field.Mean(all, share), SortedMean(field, all, share))
              << width << " x " << height << ", share " << share << ", coarse " << coarse;
        }
      }
    }
  }
}

TEST_P(TopMeanOnTarget, SeesTheRegionAlone) {
  const Field field = NoiseOf(60, 40, /*coarse=*/false, 5);
  const cv::Rect region(13, 7, 21, 30);
  Field other = NoiseOf(60, 40, /*coarse=*/false, 6);
  for (int y = region.y; y < region.br().y; ++y) {
    for (int x = region.x; x < region.br().x; ++x) {
      const auto at = static_cast<std::size_t>(y * field.width + x);
      other.u[at] = field.u[at];
      other.v[at] = field.v[at];
    }
  }
  EXPECT_EQ(field.Mean(region, 0.3), SortedMean(field, region, 0.3));
  EXPECT_EQ(other.Mean(region, 0.3), field.Mean(region, 0.3));
}

INSTANTIATE_TEST_SUITE_P(Targets, TopMeanOnTarget,
                         ::testing::ValuesIn(hwy::SupportedAndGeneratedTargets()),
                         testing::TargetTestName);

}  // namespace
}  // namespace mestr::internal
