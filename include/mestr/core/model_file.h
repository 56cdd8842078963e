// Which file a network comes from.
#pragma once

#include <compare>
#include <filesystem>
#include <string>

namespace mestr {

// A model file is code: it runs while it is loaded. With a SHA-256 (64 hexadecimal digits, any
// case) nothing of a file that has another is run; empty: any file is taken.
struct ModelFile {
  std::filesystem::path path;
  std::string sha256 = {};

  friend auto operator<=>(const ModelFile&, const ModelFile&) = default;
};

}  // namespace mestr
