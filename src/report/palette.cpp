#include "report/palette.h"

#include <array>
#include <string>
#include <utility>

#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

constexpr std::array<std::pair<std::string_view, int>, 14> kDark = {{{"background", 0x15171a},
                                                                     {"surface", 0x1f2226},
                                                                     {"text", 0xe8eaed},
                                                                     {"muted", 0xa3a9b2},
                                                                     {"grid", 0x363a40},
                                                                     {"score", 0x717983},
                                                                     {"smoothed", 0x63b3ed},
                                                                     {"threshold", 0xa3a9b2},
                                                                     {"interval", 0x63b3ed},
                                                                     {"unusable", 0x4a4f57},
                                                                     {"negative", 0xff9a52},
                                                                     {"positive", 0x3cc79b},
                                                                     {"surprise", 0xb39df0},
                                                                     {"others", 0xa3a9b2}}};

}  // namespace

cv::Scalar DarkColour(std::string_view name) {
  for (const auto& [known, rgb] : kDark) {
    if (known == name) return cv::Scalar(rgb & 0xff, (rgb >> 8) & 0xff, rgb >> 16);
  }
  throw Error(ErrorKind::kInvalidArgument, "no colour " + std::string(name));
}

cv::Scalar EmotionColour(std::string_view emotion) {
  for (const std::string_view known : {"negative", "positive", "surprise", "others"}) {
    if (known == emotion) return DarkColour(known);
  }
  return DarkColour("interval");
}

}  // namespace mestr::internal
