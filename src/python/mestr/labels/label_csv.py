"""The label CSV: dataset,subject,video,onset,apex,offset,emotion,type (frames 1-based in the file,
0-based here), and for questions (docs/vqa.md) fine_emotion and action_units."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from mestr.files import AnyPath, write_atomically
from mestr.labels.csv_table import CsvTable, Row, read_table, shown, whole_number
from mestr.labels.label import Label, VideoKey
from mestr.tables import Table

COLUMNS = ["dataset", "subject", "video", "onset", "apex", "offset", "emotion", "type"]
DESCRIPTION = ["fine_emotion", "action_units"]

def read_labels(*paths: AnyPath) -> Table[Label]:
    """Reads label CSVs (dataset,subject,video,onset,apex,offset,emotion,type), one or several, as the program does.

    A label that is there twice is an error: it would count double. Raises InputError "file:line:column: what".
    """
    labels: list[Label] = []
    rows: dict[tuple[object, ...], Row] = {}
    for path in paths:
        table = read_table(Path(path), COLUMNS, DESCRIPTION)
        for row in table.rows:
            label = _label(table, row)
            first = rows.setdefault(label.identity(), row)
            if first is not row:
                same_file = first.file == row.file
                place = f"line {first.line}" if same_file else f"{first.file}:{first.line}"
                raise row.error(f"the same label as in {place}; remove one of them")
            labels.append(label)
    return Table.of_rows(Label, labels)


def _label(table: CsvTable, row: Row) -> Label:
    values = {name: table.cell(row, name) for name in COLUMNS}
    onset, offset = _frame(table, row, "onset"), _frame(table, row, "offset")
    apex = _frame(table, row, "apex") if values["apex"] else None
    if offset < onset:
        what = f"offset {offset + 1} lies before onset {onset + 1}"
        raise table.error(row, "onset", what)
    if apex is not None and not onset <= apex <= offset:
        what = f"apex {apex + 1} lies outside of {onset + 1} to {offset + 1}"
        raise table.error(row, "apex", what)
    if values["type"] not in ("micro", "macro"):
        what = f"type {shown(values['type'])} is not micro or macro"
        raise table.error(row, "type", what)
    micro = values["type"] == "micro"
    for name in ("video", "emotion") if micro else ("video",):
        if not values[name]:
            raise table.error(row, name, f"{name} is empty")
    key = VideoKey(values["dataset"], values["subject"], values["video"])
    said = [table.cell(row, name) if name in table.names else "" for name in DESCRIPTION]
    return Label(*key, onset, apex, offset, values["emotion"], micro, *said)


def _frame(table: CsvTable, row: Row, name: str) -> int:
    text = table.cell(row, name)
    frame = whole_number(text)
    if frame is None or frame < 1:
        raise table.error(row, name, f"{name} must be a frame number from 1, not {shown(text)}")
    return frame - 1


def write_labels(path: AnyPath, labels: Iterable[Label], describe: bool = False) -> None:
    """describe: with the columns fine_emotion and action_units."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS + DESCRIPTION if describe else COLUMNS)
    for label in labels:
        apex = "" if label.apex is None else label.apex + 1
        frames = label.onset + 1, apex, label.offset + 1
        row = [*label.key, *frames, label.emotion, "micro" if label.is_micro else "macro"]
        writer.writerow([*row, label.fine_emotion, label.action_units] if describe else row)
    write_atomically(Path(path), text.getvalue().encode())
