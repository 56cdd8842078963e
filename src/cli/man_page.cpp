#include "cli/man_page.h"

#include <algorithm>

#include "core/text.h"
#include "mestr/core/version.h"

namespace mestr::cli {
using namespace internal;
namespace {

// Text that roff shows as it is.
std::string Roff(std::string_view text) {
  std::string escaped;
  if (text.starts_with('.') || text.starts_with('\'')) escaped += "\\&";
  for (const char c : text) {
    if (c == '\\') {
      escaped += "\\e";
    } else if (c == '-') {
      escaped += "\\-";
    } else if (c == '\'') {
      escaped += "\\(aq";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string Bold(std::string_view text) { return "\\fB" + Roff(text) + "\\fR"; }
std::string Italic(std::string_view text) { return "\\fI" + Roff(text) + "\\fR"; }

std::string PageName(const CommandHelp& help) { return OneWord(help.name); }

// The name as it is typed, what is to be put in its place as such.
std::string Synopsis(const CommandHelp& help) {
  return Bold(help.name) + Roff(help.usage.substr(help.name.size()));
}

std::string Label(const FlagHelp& flag) {
  std::vector<std::string> names;
  for (const std::string& name : flag.names) names.push_back(Bold(name));
  const std::string value = flag.value.empty() ? "" : Italic(flag.value);
  if (names.empty()) return flag.type.empty() ? Bold(flag.value) : value;
  return Joined(names, ", ") + (value.empty() ? "" : " " + value);
}

std::string GroupText(const FlagGroup& group) {
  std::string text = ".SS " + Roff(group.title) + "\n";
  for (const FlagHelp& flag : group.flags) {
    text += ".TP\n" + Label(flag) + "\n" + Roff(flag.text) + "\n";
  }
  return text;
}

std::string ExampleText(const Example& example) {
  return ".TP\n" + Roff(example.what) + ":\n" + Bold(example.line) + "\n";
}

}  // namespace

std::string ManPageFile(const CommandHelp& help) { return PageName(help) + ".1"; }

std::string ManPage(const CommandHelp& help, const std::vector<std::string>& others) {
  std::string title = PageName(help);
  for (char& c : title) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  std::string page = ".TH " + title + " 1 \"\" \"mestr " + Version() + "\" \"mestr\"\n";
  page += ".SH NAME\n" + Roff(PageName(help)) + " \\- " + Roff(help.summary) + "\n";
  page += ".SH SYNOPSIS\n" + Synopsis(help) + "\n";
  page += ".SH DESCRIPTION\n" + Roff(help.description) + "\n";
  for (const std::string& note : help.notes) page += ".PP\n" + Roff(note) + "\n";
  page += ".SH OPTIONS\n";
  for (const FlagGroup& group : help.groups) page += GroupText(group);
  page += ".SH EXAMPLES\n";
  for (const Example& example : help.examples) page += ExampleText(example);
  page += ".SH SEE ALSO\n";
  for (std::size_t i = 0; i < others.size(); ++i) {
    page += Bold(others[i]) + "(1)" + (i + 1 < others.size() ? ",\n" : "\n");
  }
  return page;
}

}  // namespace mestr::cli
