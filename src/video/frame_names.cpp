#include "video/frame_names.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>

#include "core/text.h"
#include "mestr/core/error.h"
#include "video/name_series.h"
#include "video/numbered_name.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

using Names = std::vector<NumberedName>;

std::string FileName(const NumberedName& name) { return name.file.filename().string(); }

[[noreturn]] void ThrowIn(const NumberedName& name, const std::string& what) {
  throw Error(ErrorKind::kInput, name.file.parent_path().string() + ": " + what);
}

void CheckNumber(const NumberedName& name) {
  const std::string_view fault = UnreadableNumber(name.stem);
  if (fault.empty()) return;
  ThrowIn(name, "the number in the name of " + FileName(name) + " is " + std::string(fault) +
                    ": name the frames by numbers without a sign, such as 0001 or 0.0333");
}

// Beside 0.9667.jpg and 1.0333.jpg, 1.jpg is the frame at 1.0 s.
void JoinWholeSeconds(std::map<std::string, Names>& by_pattern) {
  const std::string decimal = {NumberedName::kNumber, '.', NumberedName::kNumber};
  for (auto& [pattern, names] : by_pattern) {
    const std::size_t at = pattern.find(decimal);
    if (at == std::string::npos || SplitIntoSeries(names).front().times_s.empty()) continue;
    const std::string before = pattern.substr(0, at + 1);
    const auto whole = by_pattern.find(before + pattern.substr(at + decimal.size()));
    if (whole == by_pattern.end()) continue;
    const auto place = std::count(before.begin(), before.end(), NumberedName::kNumber);
    for (NumberedName& name : whole->second) {
      name.pattern = pattern;
      name.numbers.insert(name.numbers.begin() + place, "0");
      names.push_back(std::move(name));
    }
    by_pattern.erase(whole);
  }
}

// The largest first; of equal ones that with the simplest pattern.
std::vector<NameSeries> AllSeries(const std::vector<fs::path>& images) {
  std::map<std::string, Names> by_pattern;
  for (const fs::path& image : images) {
    NumberedName name = ParseName(image);
    CheckNumber(name);
    by_pattern[name.pattern].push_back(std::move(name));
  }
  JoinWholeSeconds(by_pattern);
  std::vector<NameSeries> all;
  for (const auto& [pattern, names] : by_pattern) {
    std::vector<NameSeries> series = SplitIntoSeries(names);
    std::move(series.begin(), series.end(), std::back_inserter(all));
  }
  std::stable_sort(all.begin(), all.end(), [](const NameSeries& a, const NameSeries& b) {
    if (a.names.size() != b.names.size()) return a.names.size() > b.names.size();
    return a.names.front().pattern.size() < b.names.front().pattern.size();
  });
  return all;
}

// Names of the frames, to tell what was made from a frame: "Copy of img_1", "img_1_edited".
class FrameStems {
 public:
  void Add(const std::string& stem) {
    stems_.insert(stem);
    lengths_.insert(stem.size());
  }

  bool IsDerived(std::string_view stem) const {
    return std::any_of(lengths_.begin(), lengths_.end(), [&](std::size_t length) {
      if (length >= stem.size()) return false;
      const std::size_t rest = stem.size() - length;
      return (MayPartAt(stem, length) && Has(stem.substr(0, length))) ||
             (MayPartAt(stem, rest) && Has(stem.substr(rest)));
    });
  }

 private:
  static bool IsDigit(char c) { return c >= '0' && c <= '9'; }
  static bool IsLetter(char c) {
    return static_cast<unsigned char>(c) >= 0x80 || std::isalpha(c) != 0;
  }

  // Not within a number or a word: img_1 is no part of img_12, nor on of onset.
  static bool MayPartAt(std::string_view stem, std::size_t at) {
    return !(IsDigit(stem[at - 1]) && IsDigit(stem[at])) &&
           !(IsLetter(stem[at - 1]) && IsLetter(stem[at]));
  }

  bool Has(std::string_view stem) const { return stems_.contains(std::string(stem)); }

  std::unordered_set<std::string> stems_;
  std::set<std::size_t> lengths_;
};

FrameStems StemsOf(const Names& names) {
  FrameStems stems;
  for (const NumberedName& name : names) stems.Add(name.stem);
  return stems;
}

// img1.jpg beside img1.png, a folder that was converted in place, or beside img01.jpg: each such
// frame would count twice.
void CheckOneFileAFrame(const NameSeries& series) {
  const auto same = [&](const NumberedName& a, const NumberedName& b) {
    return std::equal(
        a.numbers.begin(), a.numbers.end(), b.numbers.begin(),
        [](const std::string& x, const std::string& y) { return CompareValues(x, y) == 0; });
  };
  const Names& names = series.names;
  auto twice = std::adjacent_find(names.begin(), names.end(), same);
  const auto same_time = std::adjacent_find(series.times_s.begin(), series.times_s.end());
  if (twice == names.end() && same_time != series.times_s.end()) {
    twice = names.begin() + (same_time - series.times_s.begin());
  }
  if (twice == names.end()) return;
  ThrowIn(*twice, "holds the same frame twice, as " + FileName(*twice) + " and " +
                      FileName(*std::next(twice)) + ": keep one file for each frame");
}

// Images that are neither of the series nor made from its files.
struct Others {
  std::size_t count = 0;
  std::size_t in_series = 0;          // of them, those that are not the only one of their kind
  std::vector<std::string> examples;  // of the largest series of them
};

Others OthersThanFirst(const std::vector<NameSeries>& all, const FrameStems& stems) {
  constexpr std::size_t kMostExamples = 3;
  Others others;
  for (std::size_t i = 1; i < all.size(); ++i) {
    const Names& names = all[i].names;
    const auto own = static_cast<std::size_t>(
        std::count_if(names.begin(), names.end(),
                      [&](const NumberedName& name) { return !stems.IsDerived(name.stem); }));
    if (own == 0) continue;
    others.count += own;
    if (own > 1) others.in_series += own;
    if (others.examples.size() < kMostExamples) {
      others.examples.push_back(std::to_string(own) + " like " + FileName(names.front()));
    }
  }
  return others;
}

void CheckItIsClear(const std::vector<NameSeries>& all, const FrameStems& stems) {
  const Names& frames = all.front().names;
  const Others others = OthersThanFirst(all, stems);
  if (others.count <= frames.size() && 2 * others.in_series <= frames.size()) return;
  ThrowIn(frames.front(),
          "its images are named in several ways, and which of them are the video "
          "is not clear (" +
              std::to_string(frames.size()) + " like " + FileName(frames.front()) + ", " +
              Joined(others.examples, ", ") +
              "): leave one kind here and move the others to other folders");
}

std::vector<std::int64_t> NumbersOf(const NameSeries& series) {
  // Larger ones are a time stamp or a serial number.
  constexpr std::size_t kMostDigits = 9;
  std::vector<std::int64_t> numbers;
  if (series.counters.size() != 1 || !series.times_s.empty()) return numbers;
  for (const NumberedName& name : series.names) {
    const std::string& digits = name.numbers[series.counters.front()];
    const std::size_t first = std::min(digits.find_first_not_of('0'), digits.size() - 1);
    if (digits.size() - first > kMostDigits) return {};
    numbers.push_back(std::stoll(digits.substr(first)));
  }
  return numbers;
}

std::string TextBeforeNumber(const NumberedName& name) {
  return name.pattern.substr(0, name.pattern.find(NumberedName::kNumber));
}

// frame_0002_happy among frame_0001, frame_0003, ...: leaving it out may lose a frame.
void CheckNoneFillsAGap(const std::vector<NameSeries>& all,
                        const std::vector<std::int64_t>& numbers, const FrameStems& stems) {
  const Names& frames = all.front().names;
  if (numbers.empty() || all.front().counters.front() != 0) return;
  const std::string text = TextBeforeNumber(frames.front());
  for (std::size_t i = 1; i < all.size(); ++i) {
    for (const NumberedName& name : all[i].names) {
      if (name.numbers.empty() || TextBeforeNumber(name) != text || stems.IsDerived(name.stem)) {
        continue;
      }
      const std::string& number = name.numbers.front();
      const auto after = std::lower_bound(frames.begin(), frames.end(), number,
                                          [](const NumberedName& frame, const auto& value) {
                                            return CompareValues(frame.numbers.front(), value) < 0;
                                          });
      if (after == frames.begin() || after == frames.end()) continue;
      if (CompareValues(after->numbers.front(), number) == 0) continue;
      ThrowIn(name, FileName(name) + " may be a frame between " + FileName(*std::prev(after)) +
                        " and " + FileName(*after) +
                        ": rename it as these are, or move it to another folder");
    }
  }
}

// No two names are of one kind: nothing says that one of them is less a frame than another.
FrameSeries InNaturalOrder(const std::vector<fs::path>& images) {
  FrameStems stems;
  for (const fs::path& image : images) stems.Add(ParseName(image).stem);
  FrameSeries result;
  result.numbered = false;
  for (const fs::path& image : images) {
    const bool is_derived = stems.IsDerived(ParseName(image).stem);
    (is_derived ? result.left_out : result.frames).push_back(image);
  }
  return result;
}

}  // namespace

FrameSeries FindFrames(const std::vector<fs::path>& images) {
  const std::vector<NameSeries> all = AllSeries(images);
  const NameSeries& main = all.front();
  if (main.names.size() == 1) return InNaturalOrder(images);
  const FrameStems stems = StemsOf(main.names);
  CheckOneFileAFrame(main);
  CheckItIsClear(all, stems);
  FrameSeries result;
  result.numbers = NumbersOf(main);
  CheckNoneFillsAGap(all, result.numbers, stems);
  for (const NumberedName& name : main.names) result.frames.push_back(name.file);
  result.times_s = main.times_s;
  result.time_unit_s = main.time_unit_s;
  const std::set<fs::path> frames(result.frames.begin(), result.frames.end());
  for (const fs::path& image : images) {
    if (!frames.contains(image)) result.left_out.push_back(image);
  }
  return result;
}

}  // namespace mestr::internal
