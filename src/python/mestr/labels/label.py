"""Annotated expressions, and which video they are of."""

import re
from dataclasses import dataclass
from typing import NamedTuple, Protocol


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
    """An annotated expression. Frames count from 0, and both ends belong to it; files count from 1."""

    dataset: str
    subject: str
    video: str
    onset: int
    apex: int | None
    offset: int
    emotion: str
    is_micro: bool = True  # False: a macro-expression
    fine_emotion: str = ""  # as the data set names it; this and the next are for questions (docs/vqa.md)
    action_units: str = ""  # "4+L12": FACS numbers with their side

    @property
    def key(self) -> VideoKey:
        return VideoKey(self.dataset, self.subject, self.video)

    def middle(self) -> int:
        """The apex, or where it would be if it were in the middle."""
        return self.apex if self.apex is not None else (self.onset + self.offset) // 2

    def identity(self) -> tuple[VideoKey, int, int, str, bool]:
        """What two labels of one expression share."""
        return comparable(self.key), self.onset, self.offset, self.emotion, self.is_micro


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
