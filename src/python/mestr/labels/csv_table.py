"""CSV files with a header, read as the program reads them (src/core/csv.h): what spreadsheets and
pandas do to a table is accepted, everything else is an error with file, line and column."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mestr.errors import InputError

MOST_BYTES = 128 << 20  # of a table, which is held in memory
SAVE_AS_UTF8 = 'save it as "CSV UTF-8" in the spreadsheet program'
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True)
class Row:
    file: str
    line: int  # 1-based, of the row's first character
    text: str  # as it stands in the file
    cells: list[str]

    def error(self, what: str, cell: int = 0) -> InputError:
        begin = _begin_of(self.text, cell)
        lines = _lines(self.text[:begin] + ".")
        return InputError(f"{self.file}:{self.line + len(lines) - 1}:{len(lines[-1])}: {what}")


class CsvTable:
    """The rows of a file by their columns' names."""

    def __init__(self, header: Row, rows: list[Row]) -> None:
        self.header = header
        self.names = header.cells
        self.rows = rows

    def cell(self, row: Row, name: str) -> str:
        return row.cells[self.names.index(name)]

    def error(self, row: Row, name: str, what: str) -> InputError:
        return row.error(what, self.names.index(name))


def read_bytes(path: Path) -> bytes:
    try:
        with open(path, "rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from None
    if len(content) > MOST_BYTES:
        limit = f"{MOST_BYTES >> 20} MiB, the limit for such a file"
        raise InputError(f"cannot read {path}: it has more than {limit}")
    return content


def kind_of_file(content: bytes) -> str | None:
    """What a file is in place of a table in text: "zip" (a workbook, as a rule), "old workbook",
    "HTML or XML"."""
    if content.startswith(b"PK\x03\x04"):
        return "zip"
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "old workbook"
    if content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        return "HTML or XML"
    return None


def text_of(content: bytes, file: str) -> str:
    """UTF-8, or UTF-16 with its mark; anything else is an error with its place."""
    encoding = "utf-16" if content.startswith(UTF16_MARKS) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        # utf-8-sig counts from behind the mark
        before = error.object[: error.start].decode(encoding, "ignore")
        what = f"the text is not UTF-8 (byte \\x{error.object[error.start]:02x})"
        if encoding == "utf-16":
            what = "is damaged UTF-16"
        raise _error_behind(before, file, f"{what}: {SAVE_AS_UTF8}") from None
    if "\0" in text:
        what = "a NUL byte; the file is damaged, or UTF-16 without its mark"
        raise _error_behind(text[: text.index("\0")], file, f"{what}: {SAVE_AS_UTF8}")
    return text


def read_table(path: Path, columns: Sequence[str], optional: Sequence[str] = ()) -> CsvTable:
    """A table with exactly these columns, in any order; those of `optional` may be there."""
    file, content = str(path), read_bytes(path)
    kind = kind_of_file(content)
    if kind is not None:
        kind = "an Excel workbook or another zip" if kind == "zip" else kind
        raise InputError(f"{file}:1:1: is {kind}, not CSV: {SAVE_AS_UTF8}")
    text = text_of(content, file)
    _refuse_other_separator(text, file, columns)
    rows = _rows(text, file)
    header = next(rows, None)
    if header is None:
        raise InputError(f"{file}:1:1: the file is empty, expected the header {','.join(columns)}")
    while header.cells[-1] == "":
        header.cells.pop()
    _check_header(header, columns, optional)
    return CsvTable(header, [_fitted(row, len(header.cells)) for row in rows])


def whole_number(text: str) -> int | None:
    """23, 23.0, 23. and 2.3e1 are 23; None for what is none."""
    if re.fullmatch(r"-?\d+", text, re.ASCII):
        return int(text) if len(text) < 20 else None
    if not re.fullmatch(r"-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text, re.ASCII):
        return None
    value = float(text)
    return int(value) if value.is_integer() and abs(value) <= 2**53 else None


def _rows(text: str, file: str) -> Iterator[Row]:
    """All rows that are not empty."""
    taken: list[str] = []

    def lines() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            taken.append(line)
            yield line

    reader = csv.reader(lines(), strict=True, skipinitialspace=True)
    line = 1
    try:
        for cells in reader:
            row = Row(file, line, "".join(taken), [cell.strip() for cell in cells])
            line += len(taken)
            taken.clear()
            if any(row.cells):
                yield row
    except csv.Error:
        what = 'a quote is out of place or never closed; a field with quotes is "like ""this"""'
        raise InputError(f"{file}:{line}:1: {what}") from None


def _fitted(row: Row, columns: int) -> Row:
    while len(row.cells) > columns and row.cells[-1] == "":
        row.cells.pop()
    if len(row.cells) != columns:
        raise row.error(f"{len(row.cells)} columns instead of {columns}")
    return row


def _check_header(header: Row, columns: Sequence[str], optional: Sequence[str]) -> None:
    expected = ",".join(columns)
    for cell, name in enumerate(header.cells):
        if name not in columns and name.lower() in columns:
            raise header.error(f"the column '{name}' must be written '{name.lower()}'", cell)
    for name in columns:
        if name not in header.cells:
            found = shown(",".join(header.cells))
            what = f"the header has no column '{name}'; it is {found}, expected {expected}"
            raise header.error(what)
    for cell, name in enumerate(header.cells):
        if name not in columns and name not in optional:
            raise header.error(f"unknown column {shown(name)}, expected {expected}", cell)
        if header.cells.index(name) != cell:
            raise header.error(f"the column '{name}' is there twice", cell)


def _refuse_other_separator(text: str, file: str, columns: Sequence[str]) -> None:
    before = text[: len(text) - len(text.lstrip())]
    line = (_lines(text[len(before) :]) or [""])[0]
    if "," in line:
        return
    for separator, name in SEPARATORS.items():
        found = {part.strip().strip('"').strip().lower() for part in line.split(separator)}
        if len(found & set(columns)) >= 2:
            what = (
                f"the columns are separated by {name}; save the file with commas (where numbers "
                "have a decimal comma, spreadsheet programs write semicolons unless told otherwise)"
            )
            raise _error_behind(before + line[: line.index(separator)], file, what)


def printable(text: str) -> str:
    """Text from outside with nothing in it that a terminal obeys."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def shown(text: str, most: int = 40) -> str:
    """Text from outside as a message quotes it."""
    return f"'{printable(text[:most])}{'...' if len(text) > most else ''}'"


def _lines(text: str) -> list[str]:
    """Split at LF, CR and CRLF alone."""
    return re.split(r"\r\n|\r|\n", text)


def _error_behind(before: str, file: str, what: str) -> InputError:
    lines = _lines(before)
    return InputError(f"{file}:{len(lines)}:{len(lines[-1]) + 1}: {what}")


def _begin_of(text: str, cell: int) -> int:
    """Where the cell begins in the text of a row."""
    quoted = False
    for at, character in enumerate(text):
        if cell == 0:
            return at
        if character == '"':
            quoted = not quoted
        elif character == "," and not quoted:
            cell -= 1
    return len(text)
