#include "core/csv_text.h"

#include <iconv.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "core/text.h"
#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view kUtf16LittleMark = "\xFF\xFE";
constexpr std::string_view kUtf16BigMark = "\xFE\xFF";
constexpr std::string_view kZipMark = "PK\x03\x04";
constexpr std::string_view kOldOfficeMark = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

[[noreturn]] void ThrowAt(const std::string& place, const std::string& what) {
  throw Error(ErrorKind::kInput, place + ": " + what + ": " + std::string(kSaveAsCsvUtf8));
}

void RefuseOtherKinds(std::string_view bytes, const std::string& name) {
  const std::string begin = PlaceText(name, 1, "");
  if (bytes.starts_with(kZipMark)) ThrowAt(begin, "is an Excel workbook or another zip, not CSV");
  if (bytes.starts_with(kOldOfficeMark)) ThrowAt(begin, "is an old Excel workbook, not CSV");
  if (bytes.starts_with(kUtf8Mark)) bytes.remove_prefix(kUtf8Mark.size());
  const std::size_t first = bytes.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && bytes[first] == '<') {
    ThrowAt(begin, "is HTML or XML, not CSV");
  }
}

struct IconvCloser {
  void operator()(void* handle) const { iconv_close(handle); }
};

// `bytes` without their mark.
std::string FromUtf16(std::string_view bytes, const char* encoding, const std::string& name) {
  const iconv_t opened = iconv_open("UTF-8", encoding);
  if (opened == reinterpret_cast<iconv_t>(-1)) {
    ThrowAt(PlaceText(name, 1, ""), "is UTF-16, which this system cannot decode");
  }
  const std::unique_ptr<void, IconvCloser> handle(opened);
  std::string text(bytes.size() * 3 / 2 + 4, '\0');  // 3 bytes for 2 are the most
  char* in = const_cast<char*>(bytes.data());        // iconv's signature; it only reads
  std::size_t in_left = bytes.size();
  char* out = text.data();
  std::size_t out_left = text.size();
  const bool ok =
      iconv(handle.get(), &in, &in_left, &out, &out_left) != static_cast<std::size_t>(-1);
  text.resize(text.size() - out_left);
  if (ok) return text;
  const std::int64_t lines = std::count(text.begin(), text.end(), '\n');
  ThrowAt(PlaceText(name, lines + 1, std::string_view(text).substr(text.rfind('\n') + 1)),
          "is damaged UTF-16");
}

std::string Decoded(std::string bytes, const std::string& name) {
  const auto after_mark = [&] { return std::string_view(bytes).substr(kUtf16LittleMark.size()); };
  if (bytes.starts_with(kUtf16LittleMark)) return FromUtf16(after_mark(), "UTF-16LE", name);
  if (bytes.starts_with(kUtf16BigMark)) return FromUtf16(after_mark(), "UTF-16BE", name);
  if (bytes.starts_with(kUtf8Mark)) bytes.erase(0, kUtf8Mark.size());
  return bytes;
}

std::string PlaceOfByte(std::string_view text, std::size_t at, const std::string& name) {
  std::int64_t line = 1;
  std::size_t begin = 0;
  for (std::size_t end = LineEnd(text, 0); end <= at; end = LineEnd(text, end)) {
    begin = end;
    ++line;
  }
  return PlaceText(name, line, text.substr(begin, at - begin));
}

void CheckCharacters(std::string_view text, const std::string& name) {
  const std::size_t bad = FindNoUtf8(text);
  const std::size_t nul = text.find('\0');
  if (bad < nul) {
    const std::string byte = Printable(text.substr(bad, 1));
    ThrowAt(PlaceOfByte(text, bad, name), "the text is not UTF-8 (byte " + byte + ")");
  }
  if (nul != std::string_view::npos) {
    ThrowAt(PlaceOfByte(text, nul, name),
            "a NUL byte; the file is damaged, or UTF-16 without its mark");
  }
}

// The names of columns that a line has between separators of another kind, in lower case.
std::vector<std::string> NamesBetween(char separator, std::string_view line) {
  std::vector<std::string> names;
  for (std::size_t begin = 0; begin <= line.size();) {
    const std::size_t end = std::min(line.find(separator, begin), line.size());
    std::string name(line.substr(begin, end - begin));
    std::erase(name, '"');
    names.push_back(LowerCase(Trimmed(name)));
    begin = end + 1;
  }
  return names;
}

}  // namespace

std::size_t LineEnd(std::string_view text, std::size_t begin) {
  std::size_t at = begin;
  while (at < text.size() && text[at] != '\n' && text[at] != '\r') ++at;
  const bool is_crlf = text.substr(at, 2) == "\r\n";
  return std::min(text.size(), at + (is_crlf ? 2 : 1));
}

std::string PlaceText(const std::string& name, std::int64_t line, std::string_view before) {
  return name + ":" + std::to_string(line) + ":" + std::to_string(CharactersOf(before) + 1);
}

bool HasUtf16Mark(std::string_view bytes) {
  return bytes.starts_with(kUtf16LittleMark) || bytes.starts_with(kUtf16BigMark);
}

std::string CsvText(std::string bytes, const std::string& name) {
  RefuseOtherKinds(bytes, name);
  std::string text = Decoded(std::move(bytes), name);
  CheckCharacters(text, name);
  return text;
}

void RefuseOtherSeparator(std::string_view text, const std::string& name,
                          const std::vector<std::string>& columns) {
  const std::string_view before = text.substr(0, text.find_first_not_of(" \t\r\n"));
  const std::size_t begin = before.find_last_of("\r\n") + 1;  // npos + 1 is 0
  const std::string_view line = text.substr(begin, LineEnd(text, begin) - begin);
  if (line.find(',') != std::string_view::npos) return;
  for (const auto& [separator, separators] :
       {std::pair(';', "semicolons"), std::pair('\t', "tabs"), std::pair('|', "bars")}) {
    const std::vector<std::string> names = NamesBetween(separator, line);
    const auto known = std::count_if(names.begin(), names.end(), [&](const std::string& found) {
      return std::find(columns.begin(), columns.end(), found) != columns.end();
    });
    if (known < 2) continue;
    throw Error(ErrorKind::kInput,
                PlaceOfByte(text, begin + line.find(separator), name) +
                    ": the columns are separated by " + separators +
                    "; save the file with commas (where numbers have a decimal comma, spreadsheet "
                    "programs write semicolons unless told otherwise)");
  }
}

}  // namespace mestr::internal
