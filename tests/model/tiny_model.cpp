#include "tiny_model.h"

#include <cstdint>

#include "support/test_support.h"

namespace mestr::testing {

std::filesystem::path TinyModel() { return SourcePath("tests/data/model/tiny.pt"); }

std::unique_ptr<Network> LoadOnCpu(const std::filesystem::path& file) {
  return LoadNetwork({{file}}, ModelDevice::kCpu);
}

std::vector<float> HashedInputs(std::size_t count) {
  std::vector<float> values(count * kRowValues);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::uint32_t hash = static_cast<std::uint32_t>(i) * 2654435761U;
    const auto eighths = static_cast<float>(i / (kSide * kSide) % 7 + 1);
    values[i] = static_cast<float>(hash >> 8) / 16777216.0F * (eighths / 8.0F);
  }
  return values;
}

}  // namespace mestr::testing
