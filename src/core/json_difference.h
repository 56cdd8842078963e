// Where two records differ, for people.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

namespace mestr::internal {

struct JsonDifference {
  std::string place;    // "config.spot.p"; of a list its name
  std::string earlier;  // the values there as text, shortened; "none" where there is none
  std::string now;
};

// The first in the order of `now`; empty: they say the same, in whatever order.
std::optional<JsonDifference> FirstDifference(const nlohmann::ordered_json& earlier,
                                              const nlohmann::ordered_json& now);

}  // namespace mestr::internal
