// The bytes of a CSV file as text, before anything of it is read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mestr::internal {

// What to do with a file that is in another form.
inline constexpr std::string_view kSaveAsCsvUtf8 =
    "save it as \"CSV UTF-8\" in the spreadsheet program";

// The end of the line that starts at `begin`, its CR, LF or CRLF included.
std::size_t LineEnd(std::string_view text, std::size_t begin);

// "file:line:column"; the column is the character after `before`, the line's own text so far.
std::string PlaceText(const std::string& name, std::int64_t line, std::string_view before);

bool HasUtf16Mark(std::string_view bytes);

// UTF-8 without a byte order mark; UTF-16 that has one is decoded. Throws Error{kInput}
// "name:line:column: what, what to do" for any other encoding, a NUL, and a file of another kind
// (an Excel workbook, HTML).
std::string CsvText(std::string bytes, const std::string& name);

// Throws Error{kInput} where the first line of `text` has two or more of the columns' names, but
// between semicolons, tabs or bars.
void RefuseOtherSeparator(std::string_view text, const std::string& name,
                          const std::vector<std::string>& columns);

}  // namespace mestr::internal
