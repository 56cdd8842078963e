// The committed model of made-up weights, and the inputs that its expected outputs belong to
// (tests/model/make_tiny_model.py).
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <vector>

#include "mestr/model/network.h"

namespace mestr::testing {

// One of its rows, as of the published network.
inline constexpr std::size_t kChannels = 3;
inline constexpr std::size_t kSide = 42;
inline constexpr std::size_t kRowValues = kChannels * kSide * kSide;

std::filesystem::path TinyModel();
std::unique_ptr<Network> LoadOnCpu(const std::filesystem::path& file);

// So many rows, the same as the script's.
std::vector<float> HashedInputs(std::size_t count);

}  // namespace mestr::testing
