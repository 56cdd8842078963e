#include "vqa/words.h"

#include "core/text.h"

namespace mestr::internal {

std::vector<std::string> WordsOf(std::string_view text) {
  std::vector<std::string> words;
  bool within = false;
  for (const char c : LowerCase(text)) {
    const bool is_part = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (is_part && !within) words.emplace_back();
    if (is_part) words.back() += c;
    within = is_part;
  }
  return words;
}

}  // namespace mestr::internal
