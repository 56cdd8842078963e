#include "core/temporary_files.h"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "core/files.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kMark = ".part";  // before the number of the process

// Of a name as TemporaryPath gives it: ".clip.part123.json", ".clip.part123".
std::optional<pid_t> ProcessOf(const std::string& name) {
  const std::size_t mark = name.rfind(kMark);
  if (!name.starts_with('.') || mark == 0 || mark == std::string::npos) return std::nullopt;
  const char* const begin = name.data() + mark + kMark.size();
  const char* const end = name.data() + name.size();
  pid_t process = 0;
  const auto [rest, error] = std::from_chars(begin, end, process);
  if (error != std::errc() || process <= 0 || (rest != end && *rest != '.')) return std::nullopt;
  return process;
}

bool IsGone(pid_t process) {
  return process == ::getpid() || (::kill(process, 0) != 0 && errno == ESRCH);
}

}  // namespace

fs::path TemporaryPath(const fs::path& target) {
  constexpr std::size_t kMostExtensionBytes = 16;
  std::string stem = target.stem().string();
  std::string end = target.extension().string();
  if (end.size() > kMostExtensionBytes) {
    stem += end;
    end.clear();
  }
  end = std::string(kMark) + std::to_string(::getpid()) + end;
  return target.parent_path() /
         ("." + ShortenedFileName(stem, kMostFileNameBytes - 1 - end.size()) + end);
}

void WriteFolderAtomically(const fs::path& folder,
                           const std::function<void(const fs::path& temporary)>& write) {
  const fs::path temporary = TemporaryPath(folder);
  std::error_code error;
  fs::remove_all(temporary, error);
  fs::create_directories(temporary, error);
  if (error) ThrowCannotWrite(folder, error.message());
  try {
    write(temporary);
    fs::rename(temporary, folder, error);
    if (error) ThrowCannotWrite(folder, error.message());
  } catch (...) {
    fs::remove_all(temporary, error);
    throw;
  }
}

void RemoveLeftovers(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> leftovers;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const std::optional<pid_t> process = ProcessOf(at->path().filename().string());
    if (process && IsGone(*process)) leftovers.push_back(at->path());
  }
  // What cannot be removed is in nobody's way.
  for (const fs::path& leftover : leftovers) fs::remove_all(leftover, error);
}

}  // namespace mestr::internal
