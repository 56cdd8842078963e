#include "core/nearest_name.h"

#include <algorithm>
#include <cstddef>
#include <limits>

#include "core/text.h"

namespace mestr::internal {
namespace {

// Nothing longer is a name, and the effort grows with the product of both lengths.
constexpr std::size_t kMostBytes = 64;
// Of fewer characters than this nearly every name is the end or the neighbour.
constexpr std::size_t kFewestToBegin = 2;
constexpr std::size_t kCharactersAChange = 3;

// The optimal string alignment distance: Levenshtein's with swaps of neighbours.
std::size_t ChangesBetween(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before_last.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t other = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + other});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row[b.size()];
}

}  // namespace

std::optional<std::string> NearestName(std::string_view typed,
                                       const std::vector<std::string>& names) {
  if (typed.empty() || typed.size() > kMostBytes) return std::nullopt;
  const std::string wanted = LowerCase(typed);
  std::optional<std::string> nearest;
  std::size_t fewest = std::numeric_limits<std::size_t>::max();
  for (const std::string& name : names) {
    const std::string candidate = LowerCase(name);
    if (wanted.size() >= kFewestToBegin && candidate.starts_with(wanted)) return name;
    const std::size_t changes = ChangesBetween(wanted, candidate);
    if (changes >= fewest) continue;
    fewest = changes;
    nearest = name;
  }
  return fewest <= std::max<std::size_t>(1, wanted.size() / kCharactersAChange) ? nearest
                                                                                : std::nullopt;
}

std::string DidYouMean(const std::optional<std::string>& name) {
  return name ? "; did you mean " + *name + "?" : "";
}

std::string WithHint(const std::string& message, const std::optional<std::string>& name,
                     std::string_view more) {
  return message + (name ? DidYouMean(name) + " " : "; ") + std::string(more);
}

}  // namespace mestr::internal
