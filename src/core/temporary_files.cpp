#include "core/temporary_files.h"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "core/files.h"
#include "core/hash.h"
#include "core/this_host.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

// Before host and process; nobody else writes it.
constexpr std::string_view kMark = ".mestr-part-";
// Of another host's file: no writer takes so long.
constexpr auto kLongestWrite = std::chrono::hours(24);

struct Writer {
  std::string host;
  pid_t process = 0;
};

// Fits into a name, and holds no '-' or '.'.
std::string HostMark() { return HashText(ThisHost()).substr(0, 8); }

// Of a name as TemporaryPath gives it: ".clip.mestr-part-0a1b2c3d-123.json", and without ".json".
std::optional<Writer> WriterOf(const std::string& name) {
  const std::size_t mark = name.rfind(kMark);
  if (!name.starts_with('.') || mark == 0 || mark == std::string::npos) return std::nullopt;
  const std::size_t host = mark + kMark.size();
  const std::size_t dash = name.find('-', host);
  if (dash == std::string::npos) return std::nullopt;
  Writer writer{.host = name.substr(host, dash - host)};
  const char* const end = name.data() + name.size();
  const auto [rest, error] = std::from_chars(name.data() + dash + 1, end, writer.process);
  if (error != std::errc() || writer.process <= 0) return std::nullopt;
  if (rest != end && *rest != '.') return std::nullopt;
  return writer;
}

bool IsGone(const Writer& writer, const fs::path& file) {
  if (writer.host != HostMark()) {
    std::error_code error;
    const auto changed = fs::last_write_time(file, error);
    return !error && fs::file_time_type::clock::now() - changed > kLongestWrite;
  }
  return writer.process == ::getpid() || (::kill(writer.process, 0) != 0 && errno == ESRCH);
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
  end = std::string(kMark) + HostMark() + "-" + std::to_string(::getpid()) + end;
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
    const std::optional<Writer> writer = WriterOf(at->path().filename().string());
    if (writer && IsGone(*writer, at->path())) leftovers.push_back(at->path());
  }
  // What cannot be removed is in nobody's way.
  for (const fs::path& leftover : leftovers) fs::remove_all(leftover, error);
}

}  // namespace mestr::internal
