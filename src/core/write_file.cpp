// The part of files.h that writes.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <system_error>
#include <utility>

#include "core/files.h"
#include "core/temporary_files.h"
#include "core/text.h"
#include "mestr/core/error.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

constexpr mode_t kModeOfNewFiles = 0666;  // less the umask
constexpr int kMostLinks = 40;            // as the kernel has it

[[noreturn]] void ThrowSystemReason(const fs::path& path) {
  ThrowCannotWrite(path, std::strerror(errno));
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int number() const { return number_; }
  // Network file systems tell here what they could not write.
  void Close(const fs::path& path) {
    if (::close(std::exchange(number_, -1)) != 0) ThrowSystemReason(path);
  }

 private:
  int number_;
};

void WriteAll(int descriptor, std::string_view content, const fs::path& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) ThrowSystemReason(path);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
}

// The number of a descriptor of this process where `link` is its entry in /proc, as that of
// /dev/stdout is.
std::optional<int> OwnDescriptor(const fs::path& link) {
  std::error_code none;
  if (fs::canonical(link.parent_path(), none) != fs::canonical("/proc/self/fd", none) || none) {
    return std::nullopt;
  }
  const std::string name = link.filename().string();
  int number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return number;
}

// What stands at the end of the links that a path may be.
struct Target {
  fs::path path;
  std::optional<int> descriptor;       // of this process, already open
  std::optional<struct stat> earlier;  // what is there
  bool IsReplaced() const { return !descriptor && (!earlier || S_ISREG(earlier->st_mode)); }
};

Target FollowLinks(const fs::path& path) {
  fs::path at = path;
  for (int i = 0; i < kMostLinks; ++i) {
    std::error_code no_link;
    const fs::path next = fs::read_symlink(at, no_link);
    if (no_link) return {.path = at, .descriptor = {}, .earlier = {}};
    if (const auto descriptor = OwnDescriptor(at)) {
      return {.path = at, .descriptor = descriptor, .earlier = {}};
    }
    at = at.parent_path() / next;
  }
  ThrowCannotWrite(path, std::strerror(ELOOP));
}

Target TargetOf(const fs::path& path) {
  if (!path.has_filename()) {
    ThrowCannotWrite(path.empty() ? "''" : path, "it names no file");
  }
  std::error_code error;
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);
  if (error) ThrowCannotWrite(path, error.message());
  Target target = FollowLinks(path);
  struct stat there = {};
  if (::stat(target.path.c_str(), &there) == 0) {
    if (S_ISDIR(there.st_mode)) ThrowCannotWrite(path, "it is a folder");
    target.earlier = there;
  }
  return target;
}

// Into what is no regular file (a device, a pipe), or is open already.
void WriteInto(const Target& target, std::string_view content, const fs::path& path) {
  Descriptor file(target.descriptor ? ::dup(*target.descriptor)
                                    : ::open(target.path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
  if (file.number() < 0) ThrowSystemReason(path);
  WriteAll(file.number(), content, path);
  file.Close(path);
}

// A file beside the one that it takes the place of, with its mode and owner; gone unless Keep was
// called. Errors name `path`.
class TemporaryFile {
 public:
  TemporaryFile(const fs::path& path, const Target& target)
      : path_(path),
        target_(target.path),
        temporary_(TemporaryPath(target.path)),
        file_(Create(temporary_)) {
    if (file_.number() < 0) ThrowSystemReason(path_);
    if (target.earlier) CopyAccess(*target.earlier);
  }
  ~TemporaryFile() {
    if (!kept_) ::unlink(temporary_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const fs::path& path() const { return temporary_; }
  int descriptor() const { return file_.number(); }

  // Synced first: after a loss of power a name must not stand for a file without its content, which
  // `mestr features` would take for done. Some file systems cannot sync.
  void Keep() {
    if (::fsync(file_.number()) != 0 && errno != EINVAL && errno != ENOTSUP) {
      ThrowSystemReason(path_);
    }
    file_.Close(path_);
    if (::rename(temporary_.c_str(), target_.c_str()) != 0) ThrowSystemReason(path_);
    kept_ = true;
  }

 private:
  // What a killed process of the same number left is in nobody's use.
  static int Create(const fs::path& temporary) {
    constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
    const int file = ::open(temporary.c_str(), kFlags, kModeOfNewFiles);
    if (file >= 0 || errno != EEXIST || ::unlink(temporary.c_str()) != 0) return file;
    return ::open(temporary.c_str(), kFlags, kModeOfNewFiles);
  }

  // As far as the system lets: only root gives files away.
  void CopyAccess(const struct stat& earlier) const {
    [[maybe_unused]] const int owner = ::fchown(file_.number(), earlier.st_uid, earlier.st_gid);
    constexpr mode_t kPermissions = 07777;
    ::fchmod(file_.number(), earlier.st_mode & kPermissions);
  }

  const fs::path& path_;
  const fs::path target_;
  const fs::path temporary_;
  Descriptor file_;
  bool kept_ = false;
};

using Writer = std::function<void(const fs::path& temporary, int descriptor)>;

void Replace(const fs::path& path, const Target& target, const Writer& write) {
  // A file that may not be written is not to be replaced either.
  if (target.earlier && ::access(target.path.c_str(), W_OK) != 0) ThrowSystemReason(path);
  TemporaryFile temporary(path, target);
  try {
    write(temporary.path(), temporary.descriptor());
  } catch (const Error& error) {
    // The temporary name means nothing to the user.
    throw Error(error.kind(), Replaced(error.what(), temporary.path().string(), path.string()));
  }
  temporary.Keep();
}

}  // namespace

void ThrowCannotWrite(const fs::path& path, const std::string& reason) {
  throw Error(ErrorKind::kConfig, "cannot write " + path.string() + ": " + reason);
}

void CheckOutputFolder(const fs::path& folder) {
  if (folder.empty()) throw Error(ErrorKind::kConfig, "the name of the output folder is empty");
  if (Exists(folder) && !IsFolder(folder)) {
    throw Error(ErrorKind::kConfig, "the output folder " + folder.string() + " is a file");
  }
}

void MakeOutputFolder(const fs::path& folder) {
  CheckOutputFolder(folder);
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    throw Error(ErrorKind::kConfig,
                "cannot write to the output folder " + folder.string() + ": " + error.message());
  }
}

void WriteFileAtomically(const fs::path& path, const std::function<void(const fs::path&)>& write) {
  const Target target = TargetOf(path);
  if (!target.IsReplaced()) {
    write(target.path);
    return;
  }
  Replace(path, target, [&](const fs::path& temporary, int /*descriptor*/) { write(temporary); });
}

void WriteFileAtomically(const fs::path& path, std::string_view content) {
  const Target target = TargetOf(path);
  if (!target.IsReplaced()) {
    WriteInto(target, content, path);
    return;
  }
  Replace(path, target, [&](const fs::path& /*temporary*/, int descriptor) {
    WriteAll(descriptor, content, path);
  });
}

void WriteNewFile(const fs::path& path, std::string_view content) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kModeOfNewFiles));
  if (file.number() < 0) ThrowSystemReason(path);
  WriteAll(file.number(), content, path);
  file.Close(path);
}

}  // namespace mestr::internal
