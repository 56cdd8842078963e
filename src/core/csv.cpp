#include "core/csv.h"

#include <csv.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <exception>
#include <new>
#include <system_error>
#include <utility>

#include "core/csv_text.h"
#include "core/files.h"
#include "core/limits.h"
#include "core/number_text.h"
#include "core/text.h"

namespace mestr::internal {
namespace {

// libcsv's parser with the callbacks as C++ objects. Exceptions do not travel through C code: the
// first one is kept and thrown after it.
class Tokenizer {
 public:
  Tokenizer() {
    if (csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI) != 0) throw std::bad_alloc();
  }
  virtual ~Tokenizer() { csv_free(&parser_); }
  Tokenizer(const Tokenizer&) = delete;
  Tokenizer& operator=(const Tokenizer&) = delete;

  // How many bytes were taken: fewer than given where a quote is out of place.
  std::size_t Feed(std::string_view bytes) {
    const std::size_t taken =
        csv_parse(&parser_, bytes.data(), bytes.size(), &CellCallback, &RowCallback, this);
    if (failure_) std::rethrow_exception(failure_);
    if (taken != bytes.size() && csv_error(&parser_) != CSV_EPARSE) throw std::bad_alloc();
    return taken;
  }
  // False where the file ends within quotes.
  bool Finish() {
    const int status = csv_fini(&parser_, &CellCallback, &RowCallback, this);
    if (failure_) std::rethrow_exception(failure_);
    return status == 0;
  }
  void Reset() {
    csv_free(&parser_);
    if (csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI) != 0) throw std::bad_alloc();
  }

 protected:
  virtual void OnCell(std::string_view cell) = 0;
  virtual void OnRow() = 0;

 private:
  static void CellCallback(void* text, std::size_t size, void* self) {
    auto* const tokenizer = static_cast<Tokenizer*>(self);
    tokenizer->Guard(
        [&] { tokenizer->OnCell(std::string_view(static_cast<const char*>(text), size)); });
  }
  static void RowCallback(int /*terminator*/, void* self) {
    auto* const tokenizer = static_cast<Tokenizer*>(self);
    tokenizer->Guard([&] { tokenizer->OnRow(); });
  }
  template <typename Call>
  void Guard(const Call& call) noexcept {
    if (failure_) return;
    try {
      call();
    } catch (...) {
      failure_ = std::current_exception();
    }
  }

  csv_parser parser_ = {};
  std::exception_ptr failure_;
};

// Finds where the cell number `column` of one row begins: libcsv says nothing of places, and they
// are only needed for an error.
class CellFinder : private Tokenizer {
 public:
  static std::size_t Find(std::string_view row_and_rest, std::size_t column) {
    CellFinder finder;
    std::size_t begin = 0;
    for (std::size_t at = 0; at < row_and_rest.size() && finder.cells_ < column; ++at) {
      const std::size_t cells_before = finder.cells_;
      if (finder.Feed(row_and_rest.substr(at, 1)) == 0) break;
      if (finder.cells_ != cells_before) begin = at + 1;
    }
    while (begin < row_and_rest.size() &&
           (row_and_rest[begin] == ' ' || row_and_rest[begin] == '\t'))
      ++begin;
    return begin;
  }

 private:
  void OnCell(std::string_view /*cell*/) override { ++cells_; }
  void OnRow() override {}

  std::size_t cells_ = 0;
};

bool IsBlank(std::string_view text) { return Trimmed(text).empty(); }

// A formula to a spreadsheet program, with or without the apostrophes that make it text.
bool IsFormula(std::string_view text) {
  const std::size_t first = text.find_first_not_of('\'');
  return first != std::string_view::npos &&
         std::string_view("=+-@\t\r").find(text[first]) != std::string_view::npos;
}

}  // namespace

// Fills a CsvTable, one line of the file at a time so that every row's place is known.
class CsvParser : private Tokenizer {
 public:
  CsvParser(CsvTable& table, const CsvSchema& schema, const CsvProblemHandler& on_problem)
      : table_(table), schema_(schema), on_problem_(on_problem) {}

  void Run() {
    const std::string_view content = table_.content_;
    table_.text_.reserve(content.size());
    RefuseOtherSeparator(content, table_.name_, schema_.required);
    bool row_open = false;
    for (std::size_t begin = 0; begin < content.size();) {
      const std::size_t end = LineEnd(content, begin);
      const std::string_view line = content.substr(begin, end - begin);
      if (!row_open) place_ = {table_.cell_ends_.size(), begin, line_};
      row_ended_ = false;
      const std::size_t taken = Feed(line);
      if (taken != line.size()) {
        ReportMalformedQuote(line.substr(0, taken));
        DropOpenRow();
        Reset();
        row_open = false;
      } else {
        row_open = !row_ended_ && (row_open || !IsBlank(line));
      }
      ++line_;
      begin = end;
    }
    if (!Finish()) {
      Report(place_.line, table_.Position(place_, OpenCells()) + ": this quote is never closed");
      DropOpenRow();
    }
    if (!has_header_) {
      throw Error(ErrorKind::kInput, table_.name_ +
                                         ":1:1: the file is empty, expected the header " +
                                         Joined(schema_.required));
    }
  }

 private:
  void OnCell(std::string_view cell) override {
    constexpr std::size_t kMostColumns = 1000;
    if (OpenCells() == kMostColumns) {
      throw Error(ErrorKind::kInput, table_.Position(place_, 0) + ": more than " +
                                         std::to_string(kMostColumns) + " columns");
    }
    table_.text_ += cell;
    table_.cell_ends_.push_back(table_.text_.size());
  }

  void OnRow() override {
    row_ended_ = true;
    if (OpenCells() > 1 && EmptyCellsAtEnd() == OpenCells()) {
      Forgive(0, "an empty row");
      DropOpenRow();
      return;
    }
    if (!has_header_) {
      TakeHeader();
      return;
    }
    const std::size_t columns = table_.header_.size();
    if (OpenCells() > columns && OpenCells() - EmptyCellsAtEnd() <= columns) {
      Forgive(columns, "an empty field more than the header has");
      DropCellsFrom(place_.first_cell + columns);
    }
    const std::size_t cells = OpenCells();
    if (cells != columns) {
      Report(place_.line, table_.Position(place_, cells > columns ? columns : 0) + ": " +
                              Counted(static_cast<std::int64_t>(cells), "field") +
                              ", the header has " + std::to_string(columns));
      DropOpenRow();
      return;
    }
    table_.rows_.push_back(place_);
  }

  void TakeHeader() {
    const std::size_t cells = OpenCells() - (schema_.exact ? 0 : EmptyCellsAtEnd());
    for (std::size_t i = 0; i < cells; ++i) {
      table_.header_.emplace_back(table_.Cell(i));
      table_.names_.push_back(schema_.exact ? table_.header_[i]
                                            : std::string(Trimmed(table_.header_[i])));
    }
    table_.CheckHeader(schema_, place_);
    has_header_ = true;
    DropOpenRow();
  }

  std::size_t EmptyCellsAtEnd() const {
    std::size_t empty = 0;
    while (empty < OpenCells() && IsBlank(table_.Cell(table_.cell_ends_.size() - 1 - empty))) {
      ++empty;
    }
    return empty;
  }

  // What spreadsheets leave in a file is no harm, but where the file must be exact.
  void Forgive(std::size_t column, const std::string& what) {
    if (!schema_.exact) return;
    Report(place_.line, table_.Position(place_, column) + ": " + what + "; remove it");
  }

  std::size_t OpenCells() const { return table_.cell_ends_.size() - place_.first_cell; }

  void DropOpenRow() { DropCellsFrom(place_.first_cell); }

  void DropCellsFrom(std::size_t cell) {
    table_.cell_ends_.resize(cell);
    table_.text_.resize(cell == 0 ? 0 : table_.cell_ends_.back());
  }

  void ReportMalformedQuote(std::string_view before) {
    Report(line_,
           PlaceText(table_.name_, line_, before) +
               ": a quote is out of place; a field with quotes is written \"like \"\"this\"\"\"");
  }

  void Report(std::int64_t line, const std::string& message) {
    const Error error(ErrorKind::kInput, message);
    if (!on_problem_ || !has_header_) throw error;
    on_problem_(line, error);
  }

  CsvTable& table_;
  const CsvSchema& schema_;
  const CsvProblemHandler& on_problem_;
  CsvTable::RowPlace place_ = {};
  std::int64_t line_ = 1;
  bool row_ended_ = false;
  bool has_header_ = false;
};

CsvTable CsvTable::Parse(std::string content, std::string name, const CsvSchema& schema,
                         const CsvProblemHandler& on_problem) {
  CsvTable table;
  table.name_ = std::move(name);
  table.exact_ = schema.exact;
  if (schema.exact && HasUtf16Mark(content)) {
    throw Error(ErrorKind::kInput,
                table.name_ + ":1:1: is UTF-16, it must be UTF-8: " + std::string(kSaveAsCsvUtf8));
  }
  table.content_ = CsvText(std::move(content), table.name_);
  CsvParser(table, schema, on_problem).Run();
  return table;
}

CsvTable CsvTable::Read(const std::filesystem::path& path, const CsvSchema& schema,
                        const CsvProblemHandler& on_problem) {
  return Parse(ReadFile(path, kMostCsvBytes), path.string(), schema, on_problem);
}

void CsvTable::CheckHeader(const CsvSchema& schema, const RowPlace& place) const {
  const auto has = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const std::string lower = LowerCase(names_[i]);
    if (lower == names_[i] || !(has(schema.required, lower) || has(schema.optional, lower)))
      continue;
    throw Error(ErrorKind::kInput, Position(place, i) + ": the column " + Quoted(names_[i]) +
                                       " must be written '" + lower + "'");
  }
  for (const std::string& required : schema.required) {
    if (has(names_, required)) continue;
    throw Error(ErrorKind::kInput, Position(place, 0) + ": the header has no column '" + required +
                                       "'; it is " + Quoted(Joined(header_)) + ", expected " +
                                       Joined(schema.required));
  }
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (!has(schema.required, names_[i]) && !has(schema.optional, names_[i])) {
      if (schema.other_columns) continue;
      throw Error(ErrorKind::kInput, Position(place, i) + ": unknown column " + Quoted(header_[i]) +
                                         ", expected " + Joined(schema.required));
    }
    const auto here = names_.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(names_.begin(), here, *here) != here) {
      throw Error(ErrorKind::kInput,
                  Position(place, i) + ": the column " + Quoted(header_[i]) + " is there twice");
    }
  }
}

std::size_t CsvTable::Column(std::string_view name) const {
  if (const auto column = FindColumn(name)) return *column;
  throw Error(ErrorKind::kInvalidArgument, name_ + ": no column '" + std::string(name) + "'");
}

std::optional<std::size_t> CsvTable::FindColumn(std::string_view name) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names_.begin());
}

std::string_view CsvTable::Cell(std::size_t cell) const {
  const std::size_t begin = cell == 0 ? 0 : cell_ends_[cell - 1];
  return std::string_view{text_}.substr(begin, cell_ends_[cell] - begin);
}

std::string CsvTable::Position(const RowPlace& row, std::size_t column) const {
  const std::string_view rest = std::string_view{content_}.substr(row.begin);
  const std::size_t at = CellFinder::Find(rest, column);
  std::int64_t line = row.line;
  std::size_t line_begin = 0;
  for (std::size_t end = LineEnd(rest, 0); end <= at && end < rest.size();
       end = LineEnd(rest, end)) {
    line_begin = end;
    ++line;
  }
  return PlaceText(name_, line, rest.substr(line_begin, at - line_begin));
}

std::string_view CsvRow::Text(std::size_t column) const {
  return table_->Cell(table_->rows_[index_].first_cell + column);
}

std::string_view CsvRow::NonEmptyText(std::size_t column) const {
  const std::string_view text = Text(column);
  if (text.empty()) throw ErrorAt(column, table_->names_[column] + " is empty");
  return text;
}

std::int64_t CsvRow::Int64(std::size_t column, std::int64_t min, std::int64_t max) const {
  const std::string_view text = Text(column);
  const WholeNumber number = ParseWholeNumber(text, table_->exact_);
  if (!number.value && !number.too_large) {
    throw ErrorAt(column, table_->names_[column] + " " + Quoted(text) + " is not a whole number");
  }
  if (number.too_large || *number.value < min || *number.value > max) {
    throw NotWithin(column, Limits::Closed(static_cast<double>(min), static_cast<double>(max)));
  }
  return *number.value;
}

double CsvRow::Double(std::size_t column, double min, double max) const {
  const std::string_view text = Text(column);
  double value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code == std::errc::invalid_argument || end != text.data() + text.size() ||
      (code == std::errc() && !std::isfinite(value))) {
    const bool has_comma = text.find(',') != std::string_view::npos;
    throw ErrorAt(column, table_->names_[column] + " " + Quoted(text) + " is not a number" +
                              (has_comma ? "; decimals have a point" : ""));
  }
  if (code != std::errc() || value < min || value > max) {
    throw NotWithin(column, Limits::Closed(min, max));
  }
  return value;
}

std::optional<std::int64_t> CsvRow::OptionalInt64(std::size_t column, std::int64_t min,
                                                  std::int64_t max) const {
  if (Text(column).empty()) return std::nullopt;
  return Int64(column, min, max);
}

std::optional<double> CsvRow::OptionalDouble(std::size_t column, double min, double max) const {
  if (Text(column).empty()) return std::nullopt;
  return Double(column, min, max);
}

Error CsvRow::NotWithin(std::size_t column, const Limits& limits) const {
  return ErrorAt(column,
                 table_->names_[column] + " " + Quoted(Text(column)) + " is not " + limits.Text());
}

std::int64_t CsvRow::line() const { return table_->rows_[index_].line; }

Error CsvRow::ErrorAt(std::size_t column, const std::string& message) const {
  return {ErrorKind::kInput,
          table_->Position(table_->rows_[index_], column) + ": " + Printable(message)};
}

Error CsvRow::ErrorAt(const std::string& message) const { return ErrorAt(0, message); }

std::string FormulaSafe(std::string_view text) {
  return (IsFormula(text) ? "'" : "") + std::string(text);
}

std::string FromFormulaSafe(std::string_view cell) {
  if (cell.starts_with('\'') && IsFormula(cell)) cell.remove_prefix(1);
  return std::string(cell);
}

CsvWriter::CsvWriter(const std::vector<std::string>& header) : columns_(header.size()) {
  for (const std::string& name : header) Add(std::string_view{name});
  EndRow();
}

CsvWriter& CsvWriter::Add(std::string_view cell) {
  if (cells_in_row_++ > 0) text_ += ',';
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  // A row of one empty cell would otherwise be a blank line, which readers pass over.
  const bool quoted = cell.empty() ? columns_ == 1
                                   : cell.find_first_of(",\"\r\n") != std::string_view::npos ||
                                         is_blank(cell.front()) || is_blank(cell.back());
  if (!quoted) {
    text_ += cell;
    return *this;
  }
  const std::size_t begin = text_.size();
  text_.resize(begin + csv_write(nullptr, 0, cell.data(), cell.size()));
  csv_write(text_.data() + begin, text_.size() - begin, cell.data(), cell.size());
  return *this;
}

CsvWriter& CsvWriter::Add(double cell) {
  if (!std::isfinite(cell)) {
    throw Error(ErrorKind::kInvalidArgument, "CsvWriter: a number that is not finite");
  }
  const std::string digits = NumberText(cell);
  return Add(std::string_view{digits});
}

void CsvWriter::EndRow() {
  if (cells_in_row_ != columns_) {
    throw Error(ErrorKind::kInvalidArgument,
                "CsvWriter: a row of " + std::to_string(cells_in_row_) +
                    " cells under a header of " + std::to_string(columns_));
  }
  text_ += '\n';
  cells_in_row_ = 0;
}

}  // namespace mestr::internal
