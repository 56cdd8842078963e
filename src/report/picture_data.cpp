#include "report/picture_data.h"

#include <nlohmann/json.hpp>

#include "report/packed_series.h"

namespace mestr::internal {
namespace {

using Json = nlohmann::ordered_json;

Json ToJson(const IntervalPictures& pictures) {
  return {{"onset", Base64(pictures.onset_jpeg)},
          {"apex", Base64(pictures.apex_jpeg)},
          {"offset", Base64(pictures.offset_jpeg)},
          {"difference", Base64(pictures.difference_jpeg)},
          {"difference_gain", pictures.difference_gain},
          {"flow", Base64(pictures.flow_jpeg)},
          {"flow_full_px", pictures.flow_full_px},
          {"clip", Base64(pictures.clip_mp4)},
          {"magnified", Base64(pictures.magnified_mp4)},
          {"magnification", pictures.magnification},
          {"first_s", pictures.first_s},
          {"slow_down", pictures.slow_down}};
}

}  // namespace

Json PicturesToJson(const std::vector<std::vector<IntervalPictures>>& pictures) {
  Json list = Json::array();
  for (const auto& of_face : pictures) {
    for (const IntervalPictures& of_interval : of_face) list.push_back(ToJson(of_interval));
  }
  return list;
}

}  // namespace mestr::internal
