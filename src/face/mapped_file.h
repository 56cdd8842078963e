// A file's bytes without a copy of them.
#pragma once

#include <filesystem>
#include <span>
#include <string>

namespace mestr::internal {

// Of a regular file the pages that the system has of it, which all processes share; of a pipe a
// copy, of 256 MiB at most. Who cuts the file meanwhile ends this process, as with a shared
// library; who puts another in its place does not. Throws Error{kInput} when it cannot be read.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<const unsigned char> bytes() const { return bytes_; }

 private:
  std::string copy_;
  void* pages_ = nullptr;
  std::span<const unsigned char> bytes_;
};

}  // namespace mestr::internal
