// Preloaded into a program (LD_PRELOAD), makes its n-th call of a kind fail. The environment says
// which:
//
//   MESTR_FAULT_CALL    open, write, sync, close, rename, mkdir or alloc; any: of all of them but
//                       alloc
//   MESTR_FAULT_NUMBER  n, from 1
//   MESTR_FAULT_ERRNO   what the call fails with, as a number (alloc: always out of memory)
//   MESTR_FAULT_LASTS   1: all later calls of the kind fail too (a disk that stays full, a memory
//                       that stays exhausted); the n-th write takes half of its bytes, as on full
//                       disks
//   MESTR_FAULT_KILLS   1: the process is killed there, as by kill -9, instead
//   MESTR_FAULT_BELOW   calls on files below this absolute path count, no others; open: for writing
//   MESTR_FAULT_BYTES   alloc: those of so many bytes or more count
//   MESTR_FAULT_FIRED   a file that is made when the first call fails
//   MESTR_FAULT_COUNTS  a file that gets, at the end, how many calls of each kind there were
//
// C++ only by its compiler: nothing here allocates or throws.
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>

extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* old, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
}

namespace {

constexpr char kPrefix[] = "MESTR_FAULT_";

enum Call { kOpen, kWrite, kSync, kClose, kRename, kMkdir, kAlloc, kAny, kCalls };
constexpr const char* kNames[kCalls] = {"open",   "write", "sync",  "close",
                                        "rename", "mkdir", "alloc", "any"};

struct Plan {
  const char* call = nullptr;
  const char* below = nullptr;
  const char* fired = nullptr;
  const char* counts = nullptr;
  long number = 0;
  int error = EIO;
  bool lasts = false;
  bool kills = false;
  size_t bytes = SIZE_MAX;
};

Plan plan;
std::atomic<long> counts[kCalls];

const char* Setting(const char* name) {
  char full[64];
  snprintf(full, sizeof full, "%s%s", kPrefix, name);
  return getenv(full);
}

long NumberSetting(const char* name) {
  const char* const text = Setting(name);
  return text == nullptr ? 0 : strtol(text, nullptr, 10);
}

// Before it ran, no call fails.
__attribute__((constructor)) void ReadPlan() {
  plan.below = Setting("BELOW");
  plan.fired = Setting("FIRED");
  plan.counts = Setting("COUNTS");
  plan.number = NumberSetting("NUMBER");
  plan.error = static_cast<int>(NumberSetting("ERRNO"));
  plan.lasts = NumberSetting("LASTS") != 0;
  plan.kills = NumberSetting("KILLS") != 0;
  plan.call = Setting("CALL");
  plan.bytes = static_cast<size_t>(NumberSetting("BYTES"));
}

__attribute__((destructor)) void WriteCounts() {
  if (plan.counts == nullptr) return;
  const auto fd = static_cast<int>(
      syscall(SYS_openat, AT_FDCWD, plan.counts, O_WRONLY | O_CREAT | O_TRUNC, 0644));
  for (int call = 0; call < kCalls; ++call) dprintf(fd, "%s %ld\n", kNames[call], +counts[call]);
  syscall(SYS_close, fd);
}

bool IsBelow(const char* path) {
  return plan.below != nullptr && path != nullptr &&
         strncmp(path, plan.below, strlen(plan.below)) == 0;
}

bool IsBelow(int fd) {
  char link[64];
  char path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t size = readlink(link, path, sizeof path - 1);
  if (size < 0) return false;
  path[size] = '\0';
  return IsBelow(path);
}

void TellFired() {
  if (plan.fired == nullptr) return;
  const long fd = syscall(SYS_openat, AT_FDCWD, plan.fired, O_WRONLY | O_CREAT, 0644);
  if (fd >= 0) syscall(SYS_close, fd);
}

// Counts one call; true where it is to fail.
bool Fires(Call call) {
  long n = ++counts[call];
  const long of_any = call == kAlloc ? 0 : ++counts[kAny];
  if (plan.call == nullptr) return false;
  if (strcmp(plan.call, kNames[kAny]) == 0) {
    n = of_any;
  } else if (strcmp(plan.call, kNames[call]) != 0) {
    return false;
  }
  if (n == plan.number) {
    TellFired();
    if (plan.kills) kill(getpid(), SIGKILL);
  }
  return n == plan.number || (plan.lasts && n > plan.number);
}

int Fail() {
  errno = plan.error;
  return -1;
}

template <typename Function>
Function* Next(Function* /*of its type*/, const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

bool OpenFires(const char* path, int flags) {
  return (flags & (O_WRONLY | O_RDWR)) != 0 && IsBelow(path) && Fires(kOpen);
}

bool StreamOpenFires(const char* path, const char* mode) {
  return strpbrk(mode, "wa+") != nullptr && IsBelow(path) && Fires(kOpen);
}

bool AllocationFires(size_t size) { return size >= plan.bytes && Fires(kAlloc); }

void* OutOfMemory() {
  errno = ENOMEM;
  return nullptr;
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  if (OpenFires(path, flags)) return Fail();
  return static_cast<int>(syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}
int open64(const char* path, int flags, ...) __attribute__((alias("open")));

int openat(int folder, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  if (OpenFires(path, flags)) return Fail();
  return static_cast<int>(syscall(SYS_openat, folder, path, flags, mode));
}
int openat64(int folder, const char* path, int flags, ...) __attribute__((alias("openat")));

int mkostemps(char* pattern, int suffix, int flags) {
  static auto* const next = Next(mkostemps, "mkostemps");
  if (OpenFires(pattern, O_RDWR)) return Fail();
  return next(pattern, suffix, flags);
}
int mkstemp(char* pattern) { return mkostemps(pattern, 0, 0); }
int mkstemp64(char* pattern) { return mkostemps(pattern, 0, 0); }
int mkstemps(char* pattern, int suffix) { return mkostemps(pattern, suffix, 0); }

FILE* fopen(const char* path, const char* mode) {
  static auto* const next = Next(fopen, "fopen");
  if (!StreamOpenFires(path, mode)) return next(path, mode);
  errno = plan.error;
  return nullptr;
}
FILE* fopen64(const char* path, const char* mode) __attribute__((alias("fopen")));

ssize_t write(int fd, const void* bytes, size_t size) {
  if (!IsBelow(fd) || !Fires(kWrite)) return syscall(SYS_write, fd, bytes, size);
  if (plan.lasts && size > 1 && counts[kWrite] == plan.number)
    return syscall(SYS_write, fd, bytes, size / 2);
  return Fail();
}

ssize_t writev(int fd, const struct iovec* parts, int number) {
  if (IsBelow(fd) && Fires(kWrite)) return Fail();
  return syscall(SYS_writev, fd, parts, number);
}

ssize_t pwrite(int fd, const void* bytes, size_t size, off_t offset) {
  if (IsBelow(fd) && Fires(kWrite)) return Fail();
  return syscall(SYS_pwrite64, fd, bytes, size, offset);
}
ssize_t pwrite64(int fd, const void* bytes, size_t size, off_t offset)
    __attribute__((alias("pwrite")));

int fsync(int fd) {
  if (IsBelow(fd) && Fires(kSync)) return Fail();
  return static_cast<int>(syscall(SYS_fsync, fd));
}
int fdatasync(int fd) {
  if (IsBelow(fd) && Fires(kSync)) return Fail();
  return static_cast<int>(syscall(SYS_fdatasync, fd));
}

// A file that fails to close is closed all the same.
int close(int fd) {
  const bool fires = IsBelow(fd) && Fires(kClose);
  const auto result = static_cast<int>(syscall(SYS_close, fd));
  return fires ? Fail() : result;
}
int fclose(FILE* stream) {
  static auto* const next = Next(fclose, "fclose");
  const bool fires = IsBelow(fileno(stream)) && Fires(kClose);
  const int result = next(stream);
  return fires ? Fail() : result;
}

int rename(const char* from, const char* to) {
  if (IsBelow(to) && Fires(kRename)) return Fail();
  return static_cast<int>(syscall(SYS_rename, from, to));
}
int renameat2(int from_folder, const char* from, int to_folder, const char* to, unsigned flags) {
  if (IsBelow(to) && Fires(kRename)) return Fail();
  return static_cast<int>(syscall(SYS_renameat2, from_folder, from, to_folder, to, flags));
}
int renameat(int from_folder, const char* from, int to_folder, const char* to) {
  return renameat2(from_folder, from, to_folder, to, 0);
}

int mkdir(const char* path, mode_t mode) {
  if (IsBelow(path) && Fires(kMkdir)) return Fail();
  return static_cast<int>(syscall(SYS_mkdir, path, mode));
}

void* malloc(size_t size) { return AllocationFires(size) ? OutOfMemory() : __libc_malloc(size); }
void* calloc(size_t number, size_t size) {
  return AllocationFires(number * size) ? OutOfMemory() : __libc_calloc(number, size);
}
void* realloc(void* old, size_t size) {
  return AllocationFires(size) ? OutOfMemory() : __libc_realloc(old, size);
}
void* memalign(size_t alignment, size_t size) {
  return AllocationFires(size) ? OutOfMemory() : __libc_memalign(alignment, size);
}
void* aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }
int posix_memalign(void** made, size_t alignment, size_t size) {
  void* const memory = memalign(alignment, size);
  if (memory == nullptr) return ENOMEM;
  *made = memory;
  return 0;
}

}  // extern "C"
