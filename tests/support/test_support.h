// Shared by the tests: temporary folders, the repository's own test data, the reference's golden
// files.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "mestr/core/error.h"
#include "support/temporary_folder.h"

namespace mestr::testing {

// A file of the repository, for example "tests/data/model/tiny.pt".
std::filesystem::path SourcePath(const std::string& relative);

// A golden file of the published baseline, when the folder with them is there: the environment's
// MESTR_REFERENCE_DIR, or shared/reference/golden beside the checkout. Nothing in a user's clone.
std::optional<std::filesystem::path> GoldenPath(const std::string& relative);

nlohmann::json ReadJson(const std::filesystem::path& path);
// Raw little-endian float32.
std::vector<float> ReadFloats(const std::filesystem::path& path);

// Runs `call`, which must throw mestr::Error of this kind; gives its message.
std::string ErrorMessage(ErrorKind kind, const std::function<void()>& call);

}  // namespace mestr::testing

// At the top of a test that needs golden files: `MESTR_GOLDEN_OR_SKIP(path, "decode.json");`
// declares `path`.
#define MESTR_GOLDEN_OR_SKIP(name, relative)                                      \
  const auto name##_found = ::mestr::testing::GoldenPath(relative);               \
  if (!name##_found) GTEST_SKIP() << "no golden files of the published baseline"; \
  const std::filesystem::path& name = *name##_found  // NOLINT(bugprone-macro-parentheses)
