// The pictures of finds, as report.html holds them.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "report/interval_pictures.h"

namespace mestr::internal {

// A list of them, in the order of faces and intervals; pictures and clips in base64.
nlohmann::ordered_json PicturesToJson(const std::vector<std::vector<IntervalPictures>>& pictures);

}  // namespace mestr::internal
