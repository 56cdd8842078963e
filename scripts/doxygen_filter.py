#!/usr/bin/env python3
"""Prints a C++ header with its plain comments as Doxygen's: the filter of docs/Doxyfile.

  scripts/doxygen_filter.py HEADER

- `//` lines at the head of the file describe the file; those of mestr.h are the main page too.
- `//` lines right above a declaration describe it.
- `// ...` behind a member, an enumerator or a function describes that, with the lines below it that
  go on in the same column.

All other comments stay as they are: those above a blank line, a directive or a closing brace, those
inside of functions, and those for tools (NOLINT). Text is shown as it is written: what Doxygen would
take for a command is escaped; lines that are indented below an empty line are code. The line numbers
of Doxygen's warnings are those of the header, plus the lines that the head gets.
"""

import re
import sys
from pathlib import Path

MAIN_PAGE = "mestr.h"
FOR_TOOLS = re.compile(r"//\s*(NOLINT|IWYU pragma|clang-format (on|off))")
SCOPE = re.compile(r"\b(namespace|class|struct|union|enum)\b[^()=]*$")
# What Doxygen shows as it is, and what it would take for the beginning of a command, tag or link.
QUOTED_OR_COMMAND = re.compile(r"""(`[^`]*`|"[^"]*")|([\\@<>#%&])""")


def split_line(line: str) -> tuple[str, int]:
    """The code of a line, its strings emptied, and the place of its `//` comment, or -1."""
    code, quote, i = "", "", 0
    while i < len(line):
        if quote:
            if line[i] == "\\":
                i += 1
            elif line[i] == quote:
                code, quote = code + quote, ""
        elif line.startswith("//", i):
            return code, i
        else:
            # The ' of 1'000 begins no character.
            is_digit_separator = line[i] == "'" and i > 0 and line[i - 1].isalnum()
            if line[i] in "\"'" and not is_digit_separator:
                quote = line[i]
            code += line[i]
        i += 1
    return code, -1


class Scopes:
    """Where in the code a line stands, after the lines that were fed."""

    def __init__(self) -> None:
        self._open: list[str] = []  # "namespace", "struct", ..., or "code" for any other brace
        self._parentheses = 0
        self._statement = ""

    def feed(self, code: str) -> None:
        if code.lstrip().startswith("#"):
            return
        for character in code + " ":
            if character == "{":
                found = SCOPE.search(self._statement)
                self._open.append(found.group(1) if found else "code")
            elif character == "}" and self._open:
                self._open.pop()
            self._parentheses += {"(": 1, ")": -1}.get(character, 0)
            self._statement = "" if character in "{};" else self._statement + character
        if re.fullmatch(r"\s*(public|protected|private)\s*:\s*", self._statement):
            self._statement = ""

    def is_in_function(self) -> bool:
        return "code" in self._open

    def is_in_enum(self) -> bool:
        return self._open[-1:] == ["enum"]

    def is_in_parentheses(self) -> bool:
        return self._parentheses > 0

    def is_between_declarations(self) -> bool:
        in_statement = bool(self._statement.strip()) and not self.is_in_enum()
        return not (in_statement or self.is_in_function() or self.is_in_parentheses())


def escaped(text: str) -> str:
    """`text` so that Doxygen shows it unchanged."""
    return QUOTED_OR_COMMAND.sub(lambda found: found[1] or "\\" + found[2], text)


def documentation(comments: list[str]) -> list[str]:
    """`//` lines as `///` lines."""
    shown = []
    may_be_code = False
    for comment in comments:
        indent, text = re.match(r"(\s*)///?(.*)", comment).groups()  # type: ignore[union-attr]
        if may_be_code and text.startswith("   "):
            shown.append(f"{indent}///    {text}")  # Markdown's code: four columns more
            continue
        may_be_code = not text.strip()
        shown.append(f"{indent}///{escaped(text)}")
    return shown


def describes_next(line: str) -> bool:
    """Whether a line below a comment begins a declaration."""
    code = line.strip()
    return bool(code) and not re.match(r"[}#]|(public|protected|private)\s*:", code)


def describes_before(code: str, scopes: Scopes) -> bool:
    """Whether a comment behind `code`, which `scopes` was fed with, belongs to what it declares."""
    code = code.strip()
    if scopes.is_in_function() or scopes.is_in_parentheses() or code.startswith(("#", "}")):
        return False
    return code.endswith((";", ",")) or scopes.is_in_enum() or (code.endswith("}") and "{" in code)


def head_of(lines: list[str], name: str) -> tuple[list[str], int]:
    """The documentation of the file, and how many lines it was made of."""
    count = next((i for i, x in enumerate(lines) if not x.startswith("//")), len(lines))
    if count == 0:
        return ["/// @file"], 0
    text = documentation(lines[:count])
    main_page = ["/// @mainpage", *text, ""] if name == MAIN_PAGE else []
    return [*main_page, "/// @file", *text], count


def filtered(text: str, name: str) -> str:
    lines = text.splitlines()
    shown, i = head_of(lines, name)
    scopes = Scopes()
    column = -1  # of a comment behind code that the next line may go on with
    while i < len(lines):
        line = lines[i]
        code, comment = split_line(line)
        if comment < 0:
            scopes.feed(code)
            shown.append(line)
            column = -1
        elif code.strip():
            scopes.feed(code)
            column = -1
            if not FOR_TOOLS.match(line, comment) and describes_before(code, scopes):
                column = comment
                line = f"{line[:comment]}///<{escaped(line[comment + 2 :])}"
            shown.append(line)
        elif comment == column:
            shown.append(f"{line[:comment]}///<{escaped(line[comment + 2 :])}")
        else:
            end = i
            while end < len(lines) and lines[end].lstrip().startswith("//"):
                end += 1
            block = lines[i:end]
            is_documentation = (
                scopes.is_between_declarations()
                and end < len(lines)
                and describes_next(lines[end])
                and not any(FOR_TOOLS.match(x.strip()) for x in block)
            )
            shown += documentation(block) if is_documentation else block
            column = -1
            i = end
            continue
        i += 1
    return "\n".join(shown) + "\n"


def main() -> int:
    path = Path(sys.argv[1])
    print(filtered(path.read_text(encoding="utf-8"), path.name), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
