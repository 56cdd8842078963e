#include "report/palette.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace mestr::internal {
namespace {

TEST(Palette, ColoursAreThoseOfTheReport) {
  EXPECT_EQ(DarkColour("negative"), cv::Scalar(0x52, 0x9a, 0xff)) << "#ff9a52 as BGR";
}

TEST(Palette, EmotionsAreToldApart) {
  std::set<double> sums;
  for (const char* emotion : {"negative", "positive", "surprise", "others", "contempt"}) {
    const cv::Scalar colour = EmotionColour(emotion);
    sums.insert(colour[0] + 1e3 * colour[1] + 1e6 * colour[2]);
  }
  EXPECT_EQ(sums.size(), 5U);
  EXPECT_EQ(EmotionColour("contempt"), DarkColour("interval"));
}

// As red-green blind people see it: only blue against yellow and how bright it is are left.
TEST(Palette, EmotionsAreToldApartWithoutRedAndGreen) {
  const auto seen = [](const char* emotion) {
    const cv::Scalar c = EmotionColour(emotion);
    return cv::Point2d(c[0], 0.3 * c[2] + 0.7 * c[1]);
  };
  const char* emotions[] = {"negative", "positive", "surprise"};
  for (const char* a : emotions) {
    for (const char* b : emotions) {
      if (a == b) continue;
      const cv::Point2d off = seen(a) - seen(b);
      EXPECT_GT(std::hypot(off.x, off.y), 30) << a << ' ' << b;
    }
  }
}

}  // namespace
}  // namespace mestr::internal
