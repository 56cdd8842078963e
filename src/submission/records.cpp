#include "mestr/submission/records.h"

#include <algorithm>

namespace mestr {

bool IsLeaderboardDataset(std::string_view dataset) {
  return std::find(kLeaderboardDatasets.begin(), kLeaderboardDatasets.end(), dataset) !=
         kLeaderboardDatasets.end();
}

std::string ComparableSubject(std::string_view subject) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (!std::all_of(subject.begin(), subject.end(), is_digit)) return std::string(subject);
  while (subject.size() > 1 && subject.front() == '0') subject.remove_prefix(1);
  return std::string(subject);
}

}  // namespace mestr
