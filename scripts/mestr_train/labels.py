"""The label CSV: dataset,subject,video,onset,apex,offset,emotion,type (frames 1-based in the file,
0-based here), and for questions (docs/vqa.md) fine_emotion and action_units, which nothing here looks at."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from .tables import Row, Table, read_table, shown, whole_number

COLUMNS = ["dataset", "subject", "video", "onset", "apex", "offset", "emotion", "type"]
DESCRIPTION = ["fine_emotion", "action_units"]


class VideoKey(NamedTuple):
    dataset: str
    subject: str
    video: str

    def __str__(self) -> str:
        return "/".join(part for part in self if part)


def comparable_subject(subject: str) -> str:
    """As mestr compares subjects: spreadsheets drop the zeros before 017 and write 17.0."""
    number = re.fullmatch(r"0*(\d+)(\.0)?", subject, re.ASCII)
    return number[1] if number else subject


def comparable(key: VideoKey) -> VideoKey:
    return key._replace(subject=comparable_subject(key.subject))


@dataclass(frozen=True)
class Label:
    video: VideoKey
    onset: int
    apex: int | None
    offset: int
    emotion: str
    micro: bool

    def middle(self) -> int:
        """The apex, or where it would be if it were in the middle."""
        return self.apex if self.apex is not None else (self.onset + self.offset) // 2


# What a find and a label share at least, to be one (docs/evaluation.md).
LEAST_IOU = 0.5


class Span(Protocol):
    """Frames, both ends included."""

    @property
    def onset(self) -> int: ...
    @property
    def offset(self) -> int: ...


def iou(a: Span, b: Span) -> float:
    """Frames in both by frames in either."""
    common = min(a.offset, b.offset) - max(a.onset, b.onset) + 1
    if common <= 0:
        return 0.0
    return common / (max(a.offset, b.offset) - min(a.onset, b.onset) + 1)


def read_labels(*paths: Path) -> list[Label]:
    """Of one file or several. A label that is there twice is an error: it would count double."""
    labels: list[Label] = []
    rows: dict[tuple, Row] = {}
    for path in paths:
        table = read_table(path, COLUMNS, DESCRIPTION)
        for row in table.rows:
            label = _label(table, row)
            key = comparable(label.video), label.onset, label.offset, label.emotion, label.micro
            first = rows.setdefault(key, row)
            if first is not row:
                same_file = first.file == row.file
                place = f"line {first.line}" if same_file else f"{first.file}:{first.line}"
                raise row.error(f"the same label as in {place}; remove one of them")
            labels.append(label)
    return labels


def _label(table: Table, row: Row) -> Label:
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
    return Label(key, onset, apex, offset, values["emotion"], micro)


def _frame(table: Table, row: Row, name: str) -> int:
    text = table.cell(row, name)
    frame = whole_number(text)
    if frame is None or frame < 1:
        raise table.error(row, name, f"{name} must be a frame number from 1, not {shown(text)}")
    return frame - 1
