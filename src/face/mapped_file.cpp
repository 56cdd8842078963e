#include "face/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

#include "core/files.h"

namespace mestr::internal {
namespace {

constexpr std::uint64_t kMostCopiedBytes = std::uint64_t{256} << 20U;

void* PagesOf(const std::filesystem::path& path, std::size_t size) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return nullptr;
  void* const pages = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
  ::close(file);
  return pages == MAP_FAILED ? nullptr : pages;
}

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& path) {
  if (const std::size_t size = FileBytes(path).value_or(0); size > 0) {
    pages_ = PagesOf(path, size);
    if (pages_ != nullptr) bytes_ = {static_cast<const unsigned char*>(pages_), size};
  }
  if (pages_ != nullptr) return;
  // A pipe, or a file system that maps nothing.
  copy_ = ReadFile(path, kMostCopiedBytes);
  bytes_ = {reinterpret_cast<const unsigned char*>(copy_.data()), copy_.size()};
}

MappedFile::~MappedFile() {
  if (pages_ != nullptr) ::munmap(pages_, bytes_.size());
}

}  // namespace mestr::internal
