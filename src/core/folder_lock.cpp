#include "core/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "core/text.h"
#include "core/this_host.h"
#include "mestr/core/error.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

constexpr mode_t kMode = 0666;  // less the umask

// An earlier holder may have been somebody else, whose file only lets itself be read: that will do.
int OpenFile(const fs::path& file) {
  constexpr int kFlags = O_CLOEXEC | O_NOFOLLOW;
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | kFlags, kMode);
  const int reason = errno;
  if (descriptor >= 0 || (reason != EACCES && reason != EROFS)) return descriptor;
  const int readable = ::open(file.c_str(), O_RDONLY | kFlags);
  errno = reason;
  return readable;
}

// Whoever held it before may have removed the file between our opening it and our lock.
bool IsStillThere(int descriptor, const fs::path& file) {
  struct stat open = {};
  struct stat there = {};
  return ::fstat(descriptor, &open) == 0 && ::stat(file.c_str(), &there) == 0 &&
         open.st_dev == there.st_dev && open.st_ino == there.st_ino;
}

// As the holder wrote it; empty where it did not.
std::string HolderIn(int descriptor) {
  std::array<char, 256> text{};
  const ssize_t bytes = ::pread(descriptor, text.data(), text.size(), 0);
  if (bytes <= 0) return {};
  return Printable(Trimmed(std::string_view(text.data(), static_cast<std::size_t>(bytes))));
}

// For the line that refuses others; nothing rests on it.
void NameHolder(int descriptor) {
  const std::string text = "process " + std::to_string(::getpid()) + " on " + ThisHost() + "\n";
  if (::ftruncate(descriptor, 0) != 0) return;
  [[maybe_unused]] const ssize_t written = ::pwrite(descriptor, text.data(), text.size(), 0);
}

}  // namespace

FolderLock::FolderLock(const fs::path& folder) : file_(folder / kFile) {
  while (descriptor_ < 0) Lock(folder);
}

void FolderLock::Lock(const fs::path& folder) {
  const int descriptor = OpenFile(file_);
  if (descriptor < 0) {
    throw Error(ErrorKind::kConfig, "cannot write to the output folder " + folder.string() + ": " +
                                        std::strerror(errno));
  }
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) {
      note_ = "the output folder " + folder.string() + " cannot be locked (" +
              std::strerror(errno) + "): let no other mestr write to it meanwhile";
      descriptor_ = descriptor;
      return;
    }
    const std::string holder = HolderIn(descriptor);
    ::close(descriptor);
    throw Error(ErrorKind::kConfig, "another mestr writes to the output folder " + folder.string() +
                                        (holder.empty() ? "" : " (" + holder + ")") +
                                        "; wait until it is done, or choose another folder");
  }
  if (!IsStillThere(descriptor, file_)) {
    ::close(descriptor);
    return;
  }
  NameHolder(descriptor);
  descriptor_ = descriptor;
}

FolderLock::~FolderLock() {
  ::unlink(file_.c_str());  // before another can have locked it
  ::close(descriptor_);
}

}  // namespace mestr::internal
