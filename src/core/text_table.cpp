#include "core/text_table.h"

#include <algorithm>

#include "core/text.h"

namespace mestr::internal {

std::string TextTable::Text(std::size_t left_aligned) const {
  std::vector<std::vector<std::string>> rows = rows_;
  for (auto& row : rows) std::transform(row.begin(), row.end(), row.begin(), Printable);
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], CharactersOf(row[i]));
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string blanks(widths[i] - CharactersOf(row[i]), ' ');
      line += "  ";
      line += i < left_aligned ? row[i] + blanks : blanks + row[i];
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

}  // namespace mestr::internal
