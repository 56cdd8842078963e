"""Hits and alarms, counted as `mestr evaluate` counts them, and by what cannot be told from its output:
the context, the size, a cut of the score."""

import csv
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mestr.errors import ConfigError, InputError
from mestr.labels import LEAST_IOU, Label, VideoKey, comparable, iou


@dataclass(frozen=True)
class Found:
    """One line of predictions.csv; frames 0-based, inclusive."""

    video: VideoKey
    onset: int
    offset: int
    emotion: str
    columns: dict[str, str] = field(hash=False, compare=False, default_factory=dict)

    def value(self, column: str) -> float | None:
        """None where the column is empty."""
        if column not in self.columns:
            there = ", ".join(self.columns)
            raise ConfigError(f"predictions.csv has no column {column}; its columns are {there}")
        text = self.columns[column]
        try:
            return float(text) if text else None
        except ValueError:
            raise ConfigError(f"predictions.csv: {column} is no number: {text}") from None


def read_found(path: Path) -> list[Found]:
    """Columns beyond those that are scored are kept: a later version may write more of them."""
    try:
        with open(path, newline="", encoding="utf-8") as file:
            return [found_of(row) for row in csv.DictReader(file)]
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}; mestr run writes it") from None
    except (KeyError, ValueError) as error:
        raise InputError(f"{path}: not what mestr run writes: {error}") from None


def found_of(row: dict[str, str]) -> Found:
    # mestr run writes an apostrophe before what a spreadsheet program would take for a formula.
    names = [
        row[c][1:] if row[c].startswith("'") else row[c] for c in ("dataset", "subject", "video")
    ]
    key = comparable(VideoKey(*names))
    return Found(key, int(row["onset"]) - 1, int(row["offset"]) - 1, row["emotion"], row)


def match(found: Iterable[Found], labels: Sequence[Label]) -> dict[Label, Found]:
    """The hits. Each find, in order of onset, belongs to the label of the highest IoU and hits it where
    that is high enough and the label is not hit yet (docs/evaluation.md)."""
    hits: dict[Label, Found] = {}
    for find in sorted(found, key=lambda f: (f.video, f.onset)):
        near = [label for label in labels if comparable(label.key) == find.video]
        best = max(near, key=lambda label: iou(find, label), default=None)
        if best is not None and iou(find, best) >= LEAST_IOU:
            hits.setdefault(best, find)
    return hits


def touched(label: Label, found: Iterable[Found]) -> bool:
    return any(f.video == comparable(label.key) and iou(f, label) > 0 for f in found)


def f1(hits: int, found: int, labels: int) -> float:
    """2PR/(P+R)."""
    return 2 * hits / (found + labels) if hits else 0.0


@dataclass(frozen=True)
class CurvePoint:
    """What is left where finds below a cut are dropped."""

    cut: float
    hits: int
    found: int
    labels: int
    alarms: int  # in the plain twins
    plain_videos_empty: int

    def f1(self) -> float:
        return f1(self.hits, self.found, self.labels)


def curve(
    column: str,
    found: Sequence[Found],
    labels: Sequence[Label],
    alarms: Sequence[Found],
    plain_videos: Iterable[VideoKey],
) -> list[CurvePoint]:
    """One point a value of the column, from the lowest cut up."""
    values = {v for f in (*found, *alarms) if (v := f.value(column)) is not None}
    videos = {comparable(v) for v in plain_videos}
    points = []
    for cut in sorted(values):
        stay = [f for f in found if (f.value(column) or 0) >= cut]
        loud = [f for f in alarms if (f.value(column) or 0) >= cut]
        empty = len(videos - {f.video for f in loud})
        points.append(
            CurvePoint(cut, len(match(stay, labels)), len(stay), len(labels), len(loud), empty)
        )
    return points


def interval_95(
    videos: Sequence[VideoKey], value: Callable[[list[VideoKey]], float], samples: int
) -> tuple[float, float]:
    """Of a value over videos, by drawing as many of them as there are, with replacement."""
    draw = random.Random(0)
    drawn = sorted(value(draw.choices(videos, k=len(videos))) for _ in range(samples))
    return quantile(drawn, 0.025), quantile(drawn, 0.975)


def quantile(ordered: Sequence[float], share: float) -> float:
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])
