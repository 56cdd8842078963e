#include "cli/synth_flags.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <thread>

#include "core/limits.h"
#include "core/text.h"
#include "mestr/core/error.h"

namespace mestr::cli {
using namespace internal;

[[noreturn]] void ThrowBad(const std::string& flag, const std::string& text,
                           const std::string& wanted) {
  throw Error(ErrorKind::kConfig, flag + " " + text + ": must be " + wanted);
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  size_t end = 0;
  while ((end = text.find(separator)) != std::string_view::npos) {
    parts.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  parts.push_back(text);
  return parts;
}

std::vector<int> ParseSubjects(const std::string& text, int most) {
  const std::string wanted =
      "numbers and ranges within 1 and " + std::to_string(most) + ", for example 1-8 or 1,3,5-7";
  std::vector<int> subjects;
  for (const std::string_view part : Split(text, ',')) {
    const size_t dash = part.find('-');
    const std::optional<int> first = Parse<int>(part.substr(0, dash));
    const std::optional<int> last =
        dash == std::string_view::npos ? first : Parse<int>(part.substr(dash + 1));
    if (!first || !last || *first < 1 || *first > *last || *last > most) {
      ThrowBad("--subjects", text, wanted);
    }
    for (int subject = *first; subject <= *last; ++subject) subjects.push_back(subject);
  }
  return subjects;
}

SynthWriteOptions SynthWriteOptionsFrom(bool overwrite, std::optional<int> jobs,
                                        std::ostream& err) {
  SynthWriteOptions write;
  write.overwrite = overwrite;
  if (jobs) RequireInRange("--jobs", *jobs, Limits::Closed(1, 1024));
  write.threads =
      jobs.value_or(static_cast<int>(std::max(1U, std::thread::hardware_concurrency())));
  if (&err == &std::cerr && ::isatty(STDERR_FILENO) != 0) {
    write.progress = [&err](std::int64_t done, std::int64_t clips) {
      err << '\r' << done << " of " << clips << " clips" << (done == clips ? "\n" : "")
          << std::flush;
    };
  }
  return write;
}

void PrintSynthSummary(const SynthSetSummary& summary, const std::string& output,
                       std::ostream& out) {
  std::int64_t all = 0;
  for (const std::int64_t count : summary.expressions) all += count;
  const std::string shown = Printable(output);
  out << summary.clips << " clips, " << summary.frames << " frames, " << all
      << " micro-expressions (";
  for (int i = 0; i < kSynthEmotionCount; ++i) {
    out << (i > 0 ? ", " : "") << summary.expressions[i] << ' '
        << SynthEmotionName(static_cast<SynthEmotion>(i));
  }
  out << ") in " << shown << "\nlabels: " << shown << "/labels.csv\nmanifest: " << shown
      << "/manifest.csv\n";
}

}  // namespace mestr::cli
