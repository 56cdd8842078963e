#include "support/test_support.h"

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/files.h"

namespace mestr::testing {
using namespace internal;
namespace fs = std::filesystem;

fs::path SourcePath(const std::string& relative) { return fs::path(MESTR_SOURCE_DIR) / relative; }

std::optional<fs::path> GoldenPath(const std::string& relative) {
  const char* configured = std::getenv("MESTR_REFERENCE_DIR");
  const fs::path root = configured != nullptr
                            ? fs::path(configured)
                            : SourcePath("..") / "shared" / "reference" / "golden";
  fs::path path = root / relative;
  if (!fs::exists(path)) return std::nullopt;
  return path;
}

nlohmann::json ReadJson(const fs::path& path) { return nlohmann::json::parse(ReadFile(path)); }

std::vector<float> ReadFloats(const fs::path& path) {
  const std::string bytes = ReadFile(path);
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  return values;
}

std::string ErrorMessage(ErrorKind kind, const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "no mestr::Error was thrown";
  return {};
}

}  // namespace mestr::testing
