#include "report/palette.h"

#include <nlohmann/json.hpp>
#include <string>

#include "report/page_files.h"

namespace mestr::internal {

cv::Scalar DarkColour(std::string_view name) {
  static const nlohmann::json colours = nlohmann::json::parse(PageColours()).at("dark");
  const int rgb =
      std::stoi(colours.at(std::string(name)).get<std::string>().substr(1), nullptr, 16);
  return {static_cast<double>(rgb & 0xff), static_cast<double>((rgb >> 8) & 0xff),
          static_cast<double>(rgb >> 16)};
}

cv::Scalar EmotionColour(std::string_view emotion) {
  for (const std::string_view known : {"negative", "positive", "surprise", "others"}) {
    if (known == emotion) return DarkColour(known);
  }
  return DarkColour("interval");
}

}  // namespace mestr::internal
