// Motion-JPEG videos.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

namespace mestr::internal {

// An AVI file of JPEG pictures of one size, without time stamps or library versions in it: the same
// pictures give the same bytes. Not thread-safe.
class AviWriter {
 public:
  // Throws Error{kConfig} naming a path that cannot be written.
  AviWriter(const std::filesystem::path& path, int width, int height, double fps);
  ~AviWriter();
  AviWriter(const AviWriter&) = delete;
  AviWriter& operator=(const AviWriter&) = delete;

  void Write(std::string_view jpeg);  // the next frame
  void Finish();                      // the file is not complete without it

 private:
  struct Muxer;
  std::unique_ptr<Muxer> muxer_;
};

}  // namespace mestr::internal
