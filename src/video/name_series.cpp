#include "video/name_series.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

using Names = std::vector<NumberedName>;
using Positions = std::vector<std::size_t>;

struct ByValue {
  bool operator()(const std::string& a, const std::string& b) const {
    return CompareValues(a, b) < 0;
  }
};

std::size_t DistinctAt(const Names& names, std::size_t position) {
  std::set<std::string, ByValue> values;
  for (const NumberedName& name : names) values.insert(name.numbers[position]);
  return values.size();
}

Positions VaryingPositions(const Names& names) {
  Positions varying;
  for (std::size_t i = 0; i < names.front().numbers.size(); ++i) {
    if (DistinctAt(names, i) > 1) varying.push_back(i);
  }
  return varying;
}

NameSeries SortedBy(Names names, const Positions& positions) {
  std::stable_sort(names.begin(), names.end(), [&](const NumberedName& a, const NumberedName& b) {
    for (const std::size_t i : positions) {
      const int order = CompareValues(a.numbers[i], b.numbers[i]);
      if (order != 0) return order < 0;
    }
    return false;
  });
  return {.names = std::move(names), .times_s = {}, .time_unit_s = 0, .counters = positions};
}

double ValueOf(const std::string& text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

double SecondsIn(const NumberedName& name, std::size_t whole) {
  return ValueOf(name.numbers[whole] + "." + name.numbers[whole + 1]);
}

std::vector<double> SecondsOf(const Names& names, std::size_t whole) {
  std::vector<double> seconds;
  for (const NumberedName& name : names) seconds.push_back(SecondsIn(name, whole));
  return seconds;
}

std::vector<double> StepsOf(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  std::vector<double> steps;
  for (std::size_t i = 1; i < values.size(); ++i) steps.push_back(values[i] - values[i - 1]);
  std::sort(steps.begin(), steps.end());
  return steps;
}

// 1 where all steps between the values are the same, more the more they differ.
double Unevenness(const std::vector<double>& values) {
  const std::vector<double> steps = StepsOf(values);
  double sum = 0;
  for (const double step : steps) sum += step;
  return sum / (static_cast<double>(steps.size()) * steps[steps.size() / 2]);
}

// shot1.0001, shot1.0002, ..., shot2.0001: numbers that begin anew, far from evenly spaced seconds.
bool CountWithinWholes(const Names& names, std::size_t whole) {
  constexpr double kFarFromEven = 20;
  std::map<std::string, std::vector<double>, ByValue> fractions;
  for (const NumberedName& name : names) {
    fractions[name.numbers[whole]].push_back(ValueOf(name.numbers[whole + 1]));
  }
  for (const auto& [key, values] : fractions) {
    const std::vector<double> steps = StepsOf(values);
    if (steps.empty() || steps.front() != 1 || steps.back() != 1) return false;
  }
  return Unevenness(SecondsOf(names, whole)) > kFarFromEven;
}

// Of names that differ behind the point alone: 0.0333 and 0.9, not shot2.9 and shot2.10.
bool AreFractions(const Names& names, std::size_t whole) {
  std::vector<double> counts;
  std::set<std::size_t> lengths;
  bool has_zero_in_front = false;
  bool has_zero_behind = false;
  for (const NumberedName& name : names) {
    const std::string& digits = name.numbers[whole + 1];
    counts.push_back(ValueOf(digits));
    lengths.insert(digits.size());
    if (digits.size() < 2) continue;
    has_zero_in_front = has_zero_in_front || digits.front() == '0';
    has_zero_behind = has_zero_behind || digits.back() == '0';
  }
  const std::vector<double> seconds = SecondsOf(names, whole);
  if (StepsOf(seconds).front() == 0) return false;
  const std::vector<double> steps = StepsOf(counts);
  if (lengths.size() == 1) return steps[steps.size() / 2] > 1;
  if (has_zero_in_front) return true;
  if (has_zero_behind) return false;
  return Unevenness(seconds) <= Unevenness(counts);
}

// The place of the whole seconds, where "/./" in the pattern is seconds.
std::optional<std::size_t> FindSeconds(const Names& names, const Positions& varying) {
  const std::string& pattern = names.front().pattern;
  const std::string decimal = {NumberedName::kNumber, '.', NumberedName::kNumber};
  const std::size_t at = pattern.find(decimal);
  if (at == std::string::npos || pattern.find(decimal, at + 1) != std::string::npos) return {};
  const auto whole = static_cast<std::size_t>(std::count(
      pattern.begin(), pattern.begin() + static_cast<std::ptrdiff_t>(at), NumberedName::kNumber));
  if (varying.empty() || varying.front() < whole || varying.back() > whole + 1) return {};
  const bool are_seconds =
      varying.front() == whole ? !CountWithinWholes(names, whole) : AreFractions(names, whole);
  return are_seconds ? std::optional(whole) : std::nullopt;
}

NameSeries SortedBySeconds(Names names, std::size_t whole) {
  std::stable_sort(names.begin(), names.end(), [&](const NumberedName& a, const NumberedName& b) {
    return SecondsIn(a, whole) < SecondsIn(b, whole);
  });
  std::size_t decimals = 0;
  for (const NumberedName& name : names) {
    decimals = std::max(decimals, name.numbers[whole + 1].size());
  }
  NameSeries series{.names = std::move(names),
                    .times_s = {},
                    .time_unit_s = std::pow(10.0, -static_cast<double>(decimals)),
                    .counters = {whole, whole + 1}};
  series.times_s = SecondsOf(series.names, whole);
  return series;
}

bool IsTimeOfDay(int hours, int minutes, int seconds) {
  return hours < 24 && minutes < 60 && seconds < 60;
}

// Hours, minutes and seconds of two digits each, from this place on.
bool HasClockAt(const NumberedName& name, std::size_t at) {
  if (at + 3 > name.numbers.size()) return false;
  for (std::size_t i = at; i < at + 3; ++i) {
    if (name.numbers[i].size() != 2) return false;
  }
  return IsTimeOfDay(std::stoi(name.numbers[at]), std::stoi(name.numbers[at + 1]),
                     std::stoi(name.numbers[at + 2]));
}

// The same in one: 103045 or 20250115103045.
bool HasCompactClockAt(const NumberedName& name, std::size_t at) {
  const std::string& digits = name.numbers[at];
  if (digits.size() != 6 && digits.size() != 14) return false;
  const int time = std::stoi(digits.substr(digits.size() - 6));
  return IsTimeOfDay(time / 10000, time / 100 % 100, time % 100);
}

// Date and time, with or without a fraction of a second: these numbers order the names together.
bool AreClocks(const Names& names, const Positions& varying) {
  constexpr std::size_t kDate = 3;  // year, month, day
  const auto all = [&](const auto& has_clock) {
    return std::all_of(names.begin(), names.end(), has_clock);
  };
  for (std::size_t at = 0; at < names.front().numbers.size(); ++at) {
    if (varying.front() + kDate < at || varying.back() < at) continue;
    const bool spread = all([&](const NumberedName& name) { return HasClockAt(name, at); });
    if (spread && varying.back() <= at + 3) return true;
    const bool compact = all([&](const NumberedName& name) { return HasCompactClockAt(name, at); });
    if (compact && varying.back() <= at + 1) return true;
  }
  return false;
}

// By one number that is another in each name; several such have to agree.
NameSeries SortedByDistinct(const Names& names, const Positions& distinct) {
  NameSeries series = SortedBy(names, {distinct.front()});
  for (const std::size_t other : distinct) {
    const NameSeries by_other = SortedBy(names, {other});
    const auto [a, b] = std::mismatch(
        series.names.begin(), series.names.end(), by_other.names.begin(),
        [](const NumberedName& x, const NumberedName& y) { return x.file == y.file; });
    if (a == series.names.end()) continue;
    throw Error(ErrorKind::kInput, a->file.parent_path().string() +
                                       ": two numbers vary in the images' names, and they put "
                                       "them in different orders (" +
                                       a->file.filename().string() + ", " +
                                       b->file.filename().string() +
                                       "): rename the images so that one number counts them");
  }
  return series;
}

// Names that share all numbers but the one that takes most values.
std::vector<NameSeries> SplitByTheOthers(const Names& names, const Positions& varying) {
  const std::size_t counter = *std::max_element(
      varying.rbegin(), varying.rend(),
      [&](std::size_t a, std::size_t b) { return DistinctAt(names, a) < DistinctAt(names, b); });
  const auto key_less = [&](const NumberedName& a, const NumberedName& b) {
    for (std::size_t i = 0; i < a.numbers.size(); ++i) {
      const int order = i == counter ? 0 : CompareValues(a.numbers[i], b.numbers[i]);
      if (order != 0) return order < 0;
    }
    return false;
  };
  std::map<NumberedName, Names, decltype(key_less)> groups(key_less);
  for (const NumberedName& name : names) groups[name].push_back(name);
  std::vector<NameSeries> series;
  for (auto& [key, group] : groups) series.push_back(SortedBy(std::move(group), {counter}));
  return series;
}

}  // namespace

std::vector<NameSeries> SplitIntoSeries(const Names& names) {
  const Positions varying = VaryingPositions(names);
  if (const auto whole = FindSeconds(names, varying)) return {SortedBySeconds(names, *whole)};
  if (varying.size() < 2 || AreClocks(names, varying)) return {SortedBy(names, varying)};
  Positions distinct;
  for (const std::size_t i : varying) {
    if (DistinctAt(names, i) == names.size()) distinct.push_back(i);
  }
  if (!distinct.empty()) return {SortedByDistinct(names, distinct)};
  return SplitByTheOthers(names, varying);
}

}  // namespace mestr::internal
