// A table in a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace mestr::internal {

class TextTable {
 public:
  explicit TextTable(std::vector<std::string> header) : rows_{std::move(header)} {}

  // As many cells as the header; they are shown as Printable has them.
  void Add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

  // Indented by two; the first `left_aligned` columns stand left, the others right.
  std::string Text(std::size_t left_aligned = 1) const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace mestr::internal
