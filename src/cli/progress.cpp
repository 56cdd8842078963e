#include "cli/progress.h"

#include <algorithm>
#include <cmath>

#include "core/number_text.h"
#include "core/text.h"

namespace mestr::cli {
using namespace internal;
namespace {

constexpr char kCut[] = "...";

// Characters from the beginning; what is left out is told.
std::string Cut(const std::string& text, std::size_t columns) {
  if (CharactersOf(text) <= columns) return text;
  const std::size_t kept = columns - std::min(columns, sizeof(kCut) - 1);
  std::size_t end = 0;
  const std::string_view all = text;
  for (std::size_t i = 0; i < kept; ++i) {
    end += std::max<std::size_t>(1, Utf8CharacterBytes(all.substr(end)));
  }
  return text.substr(0, end) + std::string(kCut).substr(0, columns - kept);
}

std::string LeftText(const std::optional<double>& seconds) {
  return seconds ? ", " + ClockText(*seconds) + " left" : "";
}

std::string PercentText(double fraction) { return FixedText(100 * fraction, 0) + " %"; }

std::string PaceText(const Pace& pace, const std::string& things) {
  const std::optional<double> fraction = pace.Fraction();
  return std::to_string(pace.done) + (fraction ? " of " + std::to_string(*pace.expected) + " " +
                                                     things + " (" + PercentText(*fraction) + ")"
                                               : " " + things);
}

}  // namespace

std::optional<double> Pace::Fraction() const {
  if (!expected || *expected <= 0) return std::nullopt;
  return std::min(1.0, static_cast<double>(done) / static_cast<double>(*expected));
}

double Pace::PerSecond() const { return seconds > 0 ? static_cast<double>(done) / seconds : 0; }

std::optional<double> Pace::SecondsLeft() const {
  const std::optional<double> fraction = Fraction();
  if (!fraction || *fraction <= 0) return std::nullopt;
  return seconds * (1 - *fraction) / *fraction;
}

double VideoProgress::FractionOfAll() const {
  const double before = video > 0 ? static_cast<double>(video - 1) : 0;
  const double done = before + static_cast<double>(ahead.passed_over) + ahead.computed +
                      frames.Fraction().value_or(0);
  return videos == 0 ? 1 : done / static_cast<double>(videos);
}

std::optional<double> VideoProgress::SecondsLeftOfAll() const {
  const double before = video > 0 ? static_cast<double>(video - 1 - passed_over) : 0;
  const double done = before + ahead.computed + frames.Fraction().value_or(0);
  if (done <= 0) return std::nullopt;
  const double left = static_cast<double>(videos - passed_over - ahead.passed_over) - done;
  return seconds * left / done;
}

std::string ClockText(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  const std::int64_t hours = whole / 3600;
  const std::int64_t minutes = whole / 60 % 60;
  return (hours > 0 ? std::to_string(hours) + ":" + ZeroPadded(minutes, 2)
                    : std::to_string(minutes)) +
         ":" + ZeroPadded(whole % 60, 2);
}

std::string CountText(const Pace& pace, const std::string& things) {
  return PaceText(pace, things) + LeftText(pace.SecondsLeft());
}

std::string ProgressText(const VideoProgress& progress, std::size_t columns) {
  const std::string number =
      "[" + std::to_string(progress.video) + "/" + std::to_string(progress.videos) + "] ";
  std::string rest = ": " + PaceText(progress.frames, "frames") + ", " +
                     FixedText(progress.frames.PerSecond(), 0) + " a second" +
                     LeftText(progress.frames.SecondsLeft());
  if (progress.videos > 1) {
    rest +=
        "; all: " + PercentText(progress.FractionOfAll()) + LeftText(progress.SecondsLeftOfAll());
  }
  const std::size_t used = CharactersOf(number) + CharactersOf(rest);
  constexpr std::size_t kShortestName = 8;
  const std::size_t room = std::max(kShortestName, columns - std::min(columns, used));
  return Cut(number + Cut(Printable(progress.name), room) + rest, columns);
}

}  // namespace mestr::cli
