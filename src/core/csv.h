// CSV files with a header (RFC 4180), read strictly and written so that they read back the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "mestr/core/error.h"

namespace mestr::internal {

// Files are held in memory, with what was read of them.
inline constexpr std::uint64_t kMostCsvBytes = std::uint64_t{128} << 20;

// The columns a file must and may have, in any order; in the file their names may have blanks
// around them.
struct CsvSchema {
  std::vector<std::string> required;
  std::vector<std::string> optional = {};
  bool other_columns = false;  // columns of any other name are allowed, and never looked at
  // For a file that other programs must read too: UTF-8, names as they are here, whole numbers in
  // digits alone, and nothing that spreadsheets add.
  bool exact = false;
};

// Called instead of throwing, once for every bad place of a file, in its order, with the line
// (1-based) that the error names.
using CsvProblemHandler = std::function<void(std::int64_t line, const Error&)>;

class CsvTable;
struct Limits;

// One row of a CsvTable; valid as long as the table stays alive and in place. Everything that a
// cell may not be is an Error{kInput} "file:line:column: what", the column counted in characters.
class CsvRow {
 public:
  CsvRow(const CsvTable& table, std::size_t index) : table_(&table), index_(index) {}

  // The cell without its quotes; blanks around an unquoted one are not part of it.
  std::string_view Text(std::size_t column) const;
  std::string_view NonEmptyText(std::size_t column) const;

  // A whole number within [min, max]; 23.0 and 2.3e1 are 23.
  std::int64_t Int64(std::size_t column,
                     std::int64_t min = std::numeric_limits<std::int64_t>::min(),
                     std::int64_t max = std::numeric_limits<std::int64_t>::max()) const;
  // A finite number within [min, max]; the decimal point is '.', whatever the locale.
  double Double(std::size_t column, double min = std::numeric_limits<double>::lowest(),
                double max = std::numeric_limits<double>::max()) const;
  // Empty where the cell is empty.
  std::optional<std::int64_t> OptionalInt64(
      std::size_t column, std::int64_t min = std::numeric_limits<std::int64_t>::min(),
      std::int64_t max = std::numeric_limits<std::int64_t>::max()) const;
  std::optional<double> OptionalDouble(std::size_t column,
                                       double min = std::numeric_limits<double>::lowest(),
                                       double max = std::numeric_limits<double>::max()) const;

  std::int64_t line() const;  // 1-based, of the row's first character
  // An error of the caller's own about this cell or, without a column, about this row.
  Error ErrorAt(std::size_t column, const std::string& message) const;
  Error ErrorAt(const std::string& message) const;

 private:
  Error NotWithin(std::size_t column, const Limits& limits) const;

  const CsvTable* table_;
  std::size_t index_;
};

// A whole file in memory (its bytes, and about 8 bytes a cell). What spreadsheets do is accepted: a
// byte order mark, UTF-16 with one, CRLF, blank lines, rows of empty cells, empty cells at the end
// of a row. A quote out of place, a row with more or fewer fields than the header, a header with a
// column missing, unknown or repeated, other separators, other encodings, a NUL, and more than
// kMostCsvBytes are not. Reading is const and thread-safe.
class CsvTable {
 public:
  // `name` is the file's name in errors. Throws Error{kInput} at the first bad place; with
  // `on_problem` it is called for each instead, and only the good rows are kept (a bad header still
  // throws).
  static CsvTable Parse(std::string content, std::string name, const CsvSchema& schema,
                        const CsvProblemHandler& on_problem = nullptr);
  // The same for a file that is read here; one that cannot be read throws Error{kInput}.
  static CsvTable Read(const std::filesystem::path& path, const CsvSchema& schema,
                       const CsvProblemHandler& on_problem = nullptr);

  std::size_t size() const { return rows_.size(); }  // rows, without the header
  CsvRow operator[](std::size_t row) const { return {*this, row}; }

  // The number of a column that is required, to be given to CsvRow. Throws Error{kInvalidArgument}
  // where the table does not have it.
  std::size_t Column(std::string_view name) const;
  // The same for one that may be absent.
  std::optional<std::size_t> FindColumn(std::string_view name) const;

  // As they stand in the file.
  const std::vector<std::string>& header() const { return header_; }
  const std::string& name() const { return name_; }

 private:
  friend class CsvRow;
  friend class CsvParser;
  struct RowPlace {
    std::size_t first_cell;  // in cell_ends_
    std::size_t begin;       // byte of the file
    std::int64_t line;       // 1-based
  };

  CsvTable() = default;
  void CheckHeader(const CsvSchema& schema, const RowPlace& place) const;
  std::string_view Cell(std::size_t cell) const;
  std::string Position(const RowPlace& row, std::size_t column) const;

  std::string name_;
  std::string content_;  // kept to find the place of an error
  std::string text_;     // of all cells, one after another
  std::vector<std::size_t> cell_ends_;
  std::vector<RowPlace> rows_;
  std::vector<std::string> header_;
  std::vector<std::string> names_;  // of the columns, as the schema has them
  bool exact_ = false;
};

// Text as a CSV that people open in a spreadsheet program must hold it. A cell that begins with
// = + - @, a tab or CR would be run as a formula: an apostrophe goes before it, and before such
// text that has apostrophes there already, so that FromFormulaSafe gives back every text.
std::string FormulaSafe(std::string_view text);
std::string FromFormulaSafe(std::string_view cell);

// Builds a CSV file as a string, for WriteFileAtomically. Cells are quoted where they must be;
// lines end with LF; numbers do not depend on the locale, doubles read back exactly.
class CsvWriter {
 public:
  explicit CsvWriter(const std::vector<std::string>& header);

  CsvWriter& Add(std::string_view cell);
  CsvWriter& Add(double cell);  // throws Error{kInvalidArgument} where it is not finite
  template <typename Integer, std::enable_if_t<std::is_integral_v<Integer>, int> = 0>
  CsvWriter& Add(Integer cell) {
    const std::string digits = std::to_string(cell);
    return Add(std::string_view{digits});
  }
  template <typename T>
  CsvWriter& Add(const std::optional<T>& cell) {
    return cell ? Add(*cell) : Add(std::string_view{});
  }
  // Throws Error{kInvalidArgument} where the row does not have the header's number of cells.
  void EndRow();

  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::size_t columns_;
  std::size_t cells_in_row_ = 0;
};

}  // namespace mestr::internal
