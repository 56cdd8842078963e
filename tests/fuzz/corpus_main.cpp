// Without libFuzzer: `mestr_fuzz TARGET FILE_OR_FOLDER...` reads every file once, with the limits
// that scripts/fuzz.sh gives libFuzzer. What begins with good_ must be read, with bad_ refused.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <vector>

#include "fuzz/reader_rule.h"

namespace fs = std::filesystem;
using mestr::fuzz::Outcome;

namespace {

constexpr double kMostSeconds = 10;
constexpr long kMostKilobytes = 2L << 20;

std::string Content(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<fs::path> FilesOf(int count, char** arguments) {
  std::vector<fs::path> files;
  for (int i = 0; i < count; ++i) {
    const fs::path path = arguments[i];
    if (!fs::is_directory(path)) files.push_back(path);
    if (!fs::is_directory(path)) continue;
    for (const auto& entry : fs::directory_iterator(path)) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// What is wrong with how the file was read; null: nothing.
const char* Verdict(const fs::path& file, Outcome outcome, double seconds) {
  const std::string name = file.filename().string();
  rusage usage = {};
  ::getrusage(RUSAGE_SELF, &usage);
  if (seconds > kMostSeconds) return "takes more than 10 s";
  if (usage.ru_maxrss > kMostKilobytes) return "takes more than 2 GiB";
  if (name.starts_with("good_") && outcome != Outcome::kRead) return "is refused";
  if (name.starts_with("bad_") && outcome != Outcome::kRefused) return "is not refused";
  return nullptr;
}

}  // namespace

int main(int argc, char** argv) {
  const auto* const target = argc > 2 ? mestr::fuzz::FindTarget(argv[1]) : nullptr;
  if (target == nullptr) {
    std::fprintf(stderr, "usage: mestr_fuzz TARGET FILE_OR_FOLDER...\n");
    return 2;
  }
  const std::vector<fs::path> files = FilesOf(argc - 2, argv + 2);
  bool good = !files.empty();
  for (const fs::path& file : files) {
    std::printf("%s\n", file.c_str());
    std::fflush(stdout);  // the last one, where the process ends in it
    const auto start = std::chrono::steady_clock::now();
    const Outcome outcome = target->read(Content(file));
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    const char* const wrong = Verdict(file, outcome, taken.count());
    if (wrong != nullptr) std::printf("FINDING: %s %s\n", file.c_str(), wrong);
    good = good && wrong == nullptr;
  }
  std::printf("%zu files\n", files.size());
  return good ? 0 : 1;
}
