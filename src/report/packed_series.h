// Lists of numbers as short texts, for a page that holds many.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>

namespace mestr::internal {

std::string Base64(std::string_view bytes);

// {"low", "high", "data"}: a value an index as 0 to 65534 between `low` and `high`, those of the
// list, and 65535 where it is not valid; little-endian 16 bits each, base64.
nlohmann::ordered_json PackedSeries(std::span<const double> values,
                                    std::span<const std::uint8_t> valid);

// Shares from 0 to 1, as 0 to 254, base64; 255 where it is not valid.
nlohmann::ordered_json PackedShares(std::span<const double> values,
                                    std::span<const std::uint8_t> valid);

}  // namespace mestr::internal
