#include "report/packed_series.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace mestr::internal {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kMost = 65534;
constexpr double kMostShare = 254;

}  // namespace

std::string Base64(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');  // EVP_EncodeBlock ends it with a NUL
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

Json PackedSeries(std::span<const double> values, std::span<const std::uint8_t> valid) {
  double low = 0;
  double high = 0;
  bool any = false;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (valid[i] == 0) continue;
    low = any ? std::min(low, values[i]) : values[i];
    high = any ? std::max(high, values[i]) : values[i];
    any = true;
  }
  const double range = high - low;
  std::string bytes;
  for (std::size_t i = 0; i < values.size(); ++i) {
    unsigned packed = 65535;
    if (valid[i] != 0) {
      packed =
          range > 0 ? static_cast<unsigned>(std::lround((values[i] - low) / range * kMost)) : 0;
    }
    bytes += static_cast<char>(packed & 0xFFU);
    bytes += static_cast<char>(packed >> 8U);
  }
  return {{"low", low}, {"high", high}, {"data", Base64(bytes)}};
}

Json PackedShares(std::span<const double> values, std::span<const std::uint8_t> valid) {
  std::string bytes;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto share = std::lround(std::clamp(values[i], 0.0, 1.0) * kMostShare);
    bytes += static_cast<char>(valid[i] != 0 ? static_cast<unsigned char>(share) : 255);
  }
  return Base64(bytes);
}

}  // namespace mestr::internal
