#include "cli/figures.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "cli/command.h"
#include "config/shipped_files.h"
#include "core/text.h"
#include "mestr/core/error.h"

extern char** environ;

namespace mestr::cli {
using namespace internal;
namespace {

constexpr char kPython[] = "python3";
constexpr char kScript[] = "scripts/figures.py";
constexpr char kScriptsPrefix[] = "figures.py: ";

[[noreturn]] void ThrowNoPython(int reason) {
  throw Error(ErrorKind::kConfig, std::string("cannot run ") + kPython +
                                      ", which draws figures: " + std::strerror(reason) +
                                      "; install it with its module matplotlib");
}

// A pipe of which no other program holds an end.
class Pipe {
 public:
  Pipe() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0) ThrowNoPython(errno);
  }
  ~Pipe() {
    CloseWriting();
    ::close(ends_[0]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int writing() const { return ends_[1]; }
  void CloseWriting() {
    if (ends_[1] >= 0) ::close(std::exchange(ends_[1], -1));
  }
  std::string ReadAll() const {
    std::string text;
    std::array<char, 4096> part{};
    for (;;) {
      const ssize_t bytes = ::read(ends_[0], part.data(), part.size());
      if (bytes < 0 && errno == EINTR) continue;
      if (bytes <= 0) return text;
      text.append(part.data(), static_cast<std::size_t>(bytes));
    }
  }

 private:
  std::array<int, 2> ends_{};
};

struct Said {
  int exit_code = 0;
  std::string lines;  // of both standard output and standard error
};

Said RunProgram(std::vector<std::string> words) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  Pipe pipe;
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) {
    ::posix_spawn_file_actions_adddup2(&actions, pipe.writing(), stream);
  }
  pid_t child = 0;
  const int reason =
      ::posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (reason != 0) ThrowNoPython(reason);
  pipe.CloseWriting();
  Said said{.exit_code = kExitInternal, .lines = pipe.ReadAll()};
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status)) said.exit_code = WEXITSTATUS(status);
  return said;
}

// The script ends with one line that says what is wrong.
std::string LastLine(const std::string& lines) {
  const std::string text(Trimmed(lines));
  std::string line = text.substr(text.rfind('\n') + 1);  // npos + 1 is 0
  if (line.starts_with(kScriptsPrefix)) line.erase(0, sizeof(kScriptsPrefix) - 1);
  return line.empty() ? std::string(kPython) + " ended without a word" : line;
}

}  // namespace

std::string WriteFigures(const std::filesystem::path& results, const std::string& format,
                         const std::filesystem::path& truth) {
  std::vector<std::string> words = {kPython, ShippedFile(kScript).string(), "--format=" + format};
  if (!truth.empty()) words.push_back("--truth=" + truth.string());
  words.insert(words.end(), {"--", results.string()});
  const Said said = RunProgram(std::move(words));
  if (said.exit_code == kExitOk) return said.lines;
  throw Error(said.exit_code == kExitInput ? ErrorKind::kInput : ErrorKind::kConfig,
              LastLine(said.lines));
}

}  // namespace mestr::cli
