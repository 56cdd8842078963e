"""What scripts/doxygen_filter.py makes of a header's comments."""

import re
from pathlib import Path

import pytest

from doxygen_filter import escaped, filtered

INCLUDE = Path(__file__).parents[2] / "include"


def lines_of(header, name="a.h"):
    return filtered(header, name).splitlines()


HEADER = """\
// What the file is.
#pragma once  // of no interest

namespace mestr {

// A thing
// of two lines.
struct Thing {
  int size_px = 1;   // of a side,
                     // at least 1
  // Its name.
  std::string name;  // not empty

  // Throws.
  int Area() const { return size_px; }  // px

 private:
  // Nobody's business.
  int other_;
};  // behind a brace

enum class Kind {
  // The one.
  kOne,
  kTwo  // the other
};

}  // namespace mestr
"""
SHOWN = """\
/// @file
/// What the file is.
#pragma once  // of no interest

namespace mestr {

/// A thing
/// of two lines.
struct Thing {
  int size_px = 1;   ///< of a side,
                     ///< at least 1
  /// Its name.
  std::string name;  ///< not empty

  /// Throws.
  int Area() const { return size_px; }  ///< px

 private:
  /// Nobody's business.
  int other_;
};  // behind a brace

enum class Kind {
  /// The one.
  kOne,
  kTwo  ///< the other
};

}  // namespace mestr
"""


def test_comments_above_and_behind_belong_to_what_they_stand_at():
    assert filtered(HEADER, "a.h") == SHOWN


@pytest.mark.parametrize(
    "code",
    [
        "// above an empty line\n\nint a;",
        "// above a directive\n#endif",
        "struct A {\n  int a;\n  // above the end\n};",
        "struct A {\n  // above a word\n public:\n};",
        "inline int F() {\n  // inside\n  int a = 1;  // inside\n  return a;\n}",
        "void F(int a,  // of a parameter\n       int b);",
        "void F(int a,\n       // of a parameter\n       int b);",
        "int\n    // amid\n    a;",
        'const char* kUrl = "a://b";',
        "int a;  // NOLINT(bugprone-x)",
        "// clang-format off\nint a;",
    ],
)
def test_other_comments_stay(code):
    header = "#pragma once\n" + code + "\n"
    assert filtered(header, "a.h") == "/// @file\n" + header


def test_after_a_digit_separator_a_quote_and_a_function_it_still_knows_where_it_is():
    shown = lines_of(
        "constexpr int kA = 1'000;  // many\n"
        "constexpr char kB = '\"';  // quote\n"
        "inline int F() { return 1; }\n"
        "// Next.\n"
        "int G();\n"
    )
    assert shown[1:3] == [
        "constexpr int kA = 1'000;  ///< many",
        "constexpr char kB = '\"';  ///< quote",
    ]
    assert shown[4] == "/// Next."


def test_indented_lines_below_an_empty_one_are_code():
    shown = lines_of("// Use:\n//\n//   a<b> -> @c\n//   d\n//\n// - item\n//   goes on, <e>\n")
    assert shown == [
        "/// @file",
        "/// Use:",
        "///",
        "///       a<b> -> @c",
        "///       d",
        "///",
        "/// - item",
        "///   goes on, \\<e\\>",
    ]


def test_the_umbrella_header_is_the_main_page_too():
    shown = lines_of("// All of it.\n#pragma once\n", "mestr.h")
    assert shown[:5] == [
        "/// @mainpage",
        "/// All of it.",
        "",
        "/// @file",
        "/// All of it.",
    ]


@pytest.mark.parametrize(
    "text, shown",
    [
        ("a < b & c > d", "a \\< b \\& c \\> d"),
        ("@param \\x #y 5 %", "\\@param \\\\x \\#y 5 \\%"),
        ('`<kind>` and "<field> is"', '`<kind>` and "<field> is"'),
        ("a ` and a <b>", "a ` and a \\<b\\>"),
    ],
)
def test_what_doxygen_would_take_for_a_command_is_escaped(text, shown):
    assert escaped(text) == shown


def test_no_code_of_our_headers_is_changed():
    headers = sorted(INCLUDE.rglob("*.h"))
    assert headers
    for path in headers:
        header = path.read_text()
        shown = filtered(header, path.name)
        assert [x for x in code_of(shown) if x] == [x for x in code_of(header) if x], path


def code_of(text):
    return [re.sub(r"\s*//.*", "", line) for line in text.splitlines()]
