#include "mestr/core/video_key.h"

#include <algorithm>
#include <utility>

namespace mestr {

std::string ComparableSubject(std::string_view subject) {
  const auto first_other =
      std::find_if(subject.begin(), subject.end(), [](char c) { return c < '0' || c > '9'; });
  std::string_view digits = subject.substr(0, first_other - subject.begin());
  const std::string_view rest = subject.substr(digits.size());
  const bool is_whole = rest.empty() || rest == ".0";
  if (digits.empty() || !is_whole) return std::string(subject);
  while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
  return std::string(digits);
}

VideoKey Comparable(VideoKey key) {
  key.subject = ComparableSubject(key.subject);
  return key;
}

}  // namespace mestr
