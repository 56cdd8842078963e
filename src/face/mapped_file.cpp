#include "face/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>

#include "core/files.h"

namespace mestr::internal {
namespace {

constexpr std::uint64_t kMostCopiedBytes = std::uint64_t{256} << 20U;

// Of a regular file; null where there is nothing to map.
void* PagesOf(const std::filesystem::path& path, std::size_t& size) {
  if (!FileBytes(path)) return nullptr;  // a pipe would have to be opened twice
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return nullptr;
  struct stat status = {};
  const bool is_file = ::fstat(file, &status) == 0 && S_ISREG(status.st_mode);
  size = is_file ? static_cast<std::size_t>(status.st_size) : 0;
  void* const pages =
      size > 0 ? ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0) : MAP_FAILED;
  ::close(file);
  return pages == MAP_FAILED ? nullptr : pages;
}

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& path) {
  std::size_t size = 0;
  pages_ = PagesOf(path, size);
  if (pages_ != nullptr) {
    bytes_ = {static_cast<const unsigned char*>(pages_), size};
    return;
  }
  // A pipe, or a file system that maps nothing.
  copy_ = ReadFile(path, kMostCopiedBytes);
  bytes_ = {reinterpret_cast<const unsigned char*>(copy_.data()), copy_.size()};
}

MappedFile::~MappedFile() {
  if (pages_ != nullptr) ::munmap(pages_, bytes_.size());
}

}  // namespace mestr::internal
