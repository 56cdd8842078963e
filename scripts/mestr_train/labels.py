"""The label CSV: dataset,subject,video,onset,apex,offset,emotion,type (frames 1-based in the file,
0-based here)."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from . import InputError

COLUMNS = ["dataset", "subject", "video", "onset", "apex", "offset", "emotion", "type"]


class VideoKey(NamedTuple):
    dataset: str
    subject: str
    video: str

    def __str__(self) -> str:
        return "/".join(part for part in self if part)


def comparable_subject(subject: str) -> str:
    """As mestr compares subjects: spreadsheets drop the leading zeros of 017."""
    return subject.lstrip("0") or "0" if subject.isdecimal() else subject


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


def read_labels(path: Path) -> list[Label]:
    try:
        with open(path, newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file, strict=True)
            header: list[str] = next(reader, [])
            if header != COLUMNS:
                raise InputError(f"{path}:1: the header must be {','.join(COLUMNS)}")
            return [_label(row, f"{path}:{reader.line_num}") for row in reader if row]
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} is not a CSV file in UTF-8: {error}") from None


def _label(row: list[str], where: str) -> Label:
    if len(row) != len(COLUMNS):
        raise InputError(f"{where}: {len(row)} columns instead of {len(COLUMNS)}")
    values = dict(zip(COLUMNS, row, strict=True))
    onset = _frame(values["onset"], "onset", where)
    offset = _frame(values["offset"], "offset", where)
    apex = _frame(values["apex"], "apex", where) if values["apex"] else None
    if offset < onset:
        raise InputError(f"{where}: offset {offset + 1} lies before onset {onset + 1}")
    if apex is not None and not onset <= apex <= offset:
        raise InputError(f"{where}: apex {apex + 1} lies outside of {onset + 1} to {offset + 1}")
    if values["type"] not in ("micro", "macro"):
        raise InputError(f'{where}: type must be micro or macro, not "{values["type"]}"')
    key = VideoKey(values["dataset"], values["subject"], values["video"])
    return Label(key, onset, apex, offset, values["emotion"], values["type"] == "micro")


def _frame(text: str, column: str, where: str) -> int:
    if not (text.isdecimal() and text.isascii()) or int(text) < 1:
        raise InputError(f'{where}: {column} must be a frame number from 1, not "{text}"')
    return int(text) - 1
