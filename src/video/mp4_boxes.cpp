#include "video/mp4_boxes.h"

#include <array>
#include <cstdint>
#include <fstream>
#include <string_view>
#include <system_error>

namespace mestr::internal {
namespace {

std::uint64_t BigEndian(const char* bytes, int count) {
  std::uint64_t value = 0;
  for (int i = 0; i < count; ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

}  // namespace

bool EndsInsideAFragment(const std::filesystem::path& path) {
  std::error_code error;
  const std::uint64_t file_bytes = std::filesystem::file_size(path, error);
  std::ifstream file(path, std::ios::binary);
  if (error || !file) return false;

  // A box: 4 bytes of size, 4 of type; size 1: 8 bytes of size follow, size 0: up to the end.
  constexpr std::uint64_t kHeader = 8;
  constexpr std::uint64_t kLongHeader = 16;
  bool has_fragments = false;
  std::string_view type;
  std::uint64_t at = 0;
  std::array<char, kLongHeader> header{};
  while (at < file_bytes) {
    file.clear();
    file.seekg(static_cast<std::streamoff>(at));
    file.read(header.data(), header.size());
    if (static_cast<std::uint64_t>(file.gcount()) < kHeader) return has_fragments;
    type = std::string_view(header.data() + 4, 4);
    has_fragments = has_fragments || type == "moof";
    std::uint64_t size = BigEndian(header.data(), 4);
    if (size == 1) size = BigEndian(header.data() + kHeader, 8);
    if (size == 0) return false;
    if (size < kHeader || size > file_bytes - at) return has_fragments;
    at += size;
  }
  return has_fragments && (type == "styp" || type == "sidx" || type == "moof");
}

}  // namespace mestr::internal
