"""Cells of a data set's sheets: Excel's workbooks, OpenDocument, and sheets saved as CSV. What a file
is, its first bytes say; its name may be wrong."""

import contextlib
import csv
import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from mestr.errors import InputError
from mestr.labels.csv_table import (
    UTF16_MARKS,
    kind_of_file,
    read_bytes,
    shown,
    whole_number,
)
from mestr.labels.csv_table import text_of as utf8_text_of

MOST_HEADER_ROWS = 40  # how far down a sheet's header may stand under its title rows
MOST_UNPACKED_BYTES = 1 << 30
# Chinese data sets, then whatever Western spreadsheet programs write. Each refuses most of the
# texts of the other, and what a label needs is ASCII.
OLDER_ENCODINGS = {"gb18030": "GBK", "cp1252": "Windows-1252"}
OPEN_AND_SAVE = "open it in a spreadsheet program and save it as xlsx or CSV"

Sheet = list[list[object]]  # rows of raw cells: no header, no type guessed
Row = Mapping[str, object]  # our name of a column to its raw cell
Say = Callable[[str], None]


def text_of(cell: object) -> str:
    return "" if cell is None or cell != cell else str(cell).strip()


def whole_number_of(cell: object) -> int | None:
    """The cell as an int; None for anything else (text, blank, a fraction)."""
    return whole_number(text_of(cell))


def read_sheets(path: Path, say: Say) -> list[Sheet]:
    """All sheets of a workbook; one of a CSV file. `say` is told what had to be guessed."""
    content = read_bytes(path)
    kind = kind_of_file(content)
    if kind == "zip":
        engine = "odf" if b"opendocument.spreadsheet" in content[:100] else "openpyxl"
        _check_zip(path, content)
        return _workbook(path, content, engine)
    if kind == "old workbook":
        return _workbook(path, content, "xlrd")
    if kind is not None:
        raise InputError(f"{path}: is {kind}, not a workbook: {OPEN_AND_SAVE}")
    if not content.strip():
        raise InputError(f"{path}: is empty")
    return [_csv_sheet(path, content, say)]


def _check_zip(path: Path, content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as entries:
            unpacked = sum(entry.file_size for entry in entries.infolist())
    except (zipfile.BadZipFile, NotImplementedError):
        raise InputError(f"{path}: a damaged workbook: {OPEN_AND_SAVE}") from None
    if unpacked > MOST_UNPACKED_BYTES:
        limit = f"{MOST_UNPACKED_BYTES >> 20} MiB, the limit for a workbook"
        raise InputError(f"{path}: unpacks to more than {limit}")


def _workbook(path: Path, content: bytes, engine: str) -> list[Sheet]:
    import pandas

    try:
        with _quiet():
            frames = pandas.read_excel(
                io.BytesIO(content),
                sheet_name=None,
                header=None,
                dtype=object,
                na_filter=False,
                engine=engine,
            )
    except (ImportError, MemoryError):
        raise
    except Exception as error:  # readers of workbooks raise whatever their parsers do
        what = "a damaged or encrypted workbook, or a file of another kind"
        raise InputError(f"{path}: {what}: {OPEN_AND_SAVE}") from error
    if not frames:
        raise InputError(f"{path}: a workbook without a sheet")
    return [frame.values.tolist() for frame in frames.values()]


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """What readers of workbooks print or warn of is about their file format, nothing for a user."""
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _csv_sheet(path: Path, content: bytes, say: Say) -> Sheet:
    text = _decoded(path, content, say)
    sheets = {
        separator: list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        for separator in ",;\t"
    }
    # A header has its cells between the separators that the others leave in one cell.
    best = max(sheets, key=lambda s: max((len(row) for row in sheets[s]), default=0))
    return [list(row) for row in sheets[best]]


def _decoded(path: Path, content: bytes, say: Say) -> str:
    try:
        return utf8_text_of(content, str(path))
    except InputError:
        if content.startswith(UTF16_MARKS) or b"\0" in content:
            raise
    for encoding, name in OLDER_ENCODINGS.items():
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        say(f"{path.name}: the text is not UTF-8, it is read as {name}")
        return text
    return utf8_text_of(content, str(path))


def rows_below_header(
    sheet: Sheet,
    path: Path,
    columns: Mapping[str, Sequence[str]],
    say: Say,
    optional: Sequence[str] = (),
) -> list[tuple[int, Row]]:
    """Pairs (row number, {column: cell}) of the rows below the header, wherever that stands.

    `columns` maps our name to the names a header may use for it. A column of `optional` that the
    sheet lacks is said, and its cells are None.
    """
    best: dict[str, int] = {}
    header = 0
    for index, row in enumerate(sheet[:MOST_HEADER_ROWS]):
        places = _places(row, columns)
        if len(places) > len(best):
            best, header = places, index
    missing = [ours for ours in columns if ours not in best and ours not in optional]
    if missing:
        raise InputError(_missing_columns(sheet, path, columns, missing, best, header))
    for ours in columns:
        if ours not in best:
            say(f"{path.name}: no column {columns[ours][0]}: every {ours} is left empty")
    return [
        (number, {ours: _cell(cells, best.get(ours)) for ours in columns})
        for number, cells in enumerate(sheet[header + 1 :], start=header + 2)
        if any(text_of(cell) for cell in cells)
    ]


def _places(row: Sequence[object], columns: Mapping[str, Sequence[str]]) -> dict[str, int]:
    names = [re.sub(r"[^a-z]", "", text_of(cell).lower()) for cell in row]
    places = {}
    for ours, spellings in columns.items():
        found = [names.index(spelling) for spelling in spellings if spelling in names]
        if found:
            places[ours] = found[0]
    return places


def _cell(cells: Sequence[object], place: int | None) -> object:
    return cells[place] if place is not None and place < len(cells) else None


def _missing_columns(
    sheet: Sheet,
    path: Path,
    columns: Mapping[str, Sequence[str]],
    missing: Sequence[str],
    best: Mapping[str, int],
    header: int,
) -> str:
    if len(best) < 2:
        wanted = ", ".join(spellings[0] for spellings in columns.values())
        return f"{path}: no row in its first {MOST_HEADER_ROWS} has the columns {wanted}"
    names = ", ".join(columns[ours][0] for ours in missing)
    there = ", ".join(text_of(cell) for cell in sheet[header] if text_of(cell))
    what = f"no column {names}; there are {shown(there, 200)}"
    return f"{path}, row {header + 1}: {what}"
