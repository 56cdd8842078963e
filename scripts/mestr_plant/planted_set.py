"""A folder of planted videos: manifest.csv and labels.csv as mestr reads them, and truth.csv, which says
of each planted micro-expression what it was and what the real face did meanwhile."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mestr.errors import InputError
from mestr.files import write_atomically
from mestr.labels import COLUMNS as LABEL_COLUMNS
from mestr.labels import Label, VideoKey, comparable, read_labels
from mestr.labels.csv_table import read_table

from .drawing import Expression
from .face_motion import Doing, FaceMotion, doing

MANIFEST_COLUMNS = ["dataset", "subject", "video", "path", "fps"]
TRUTH_COLUMNS = [
    *LABEL_COLUMNS[:-1],
    *("px200", "units", "side", "head_px200", "face_px200", "blink"),
]


@dataclass(frozen=True)
class Planted:
    """One micro-expression; motion is that of the footage, before anything was planted."""

    label: Label
    px200: float  # largest shift at the apex, px at a face width of 200
    units: tuple[str, ...]  # action units: AU1, AU12, ...
    doing: Doing


def read_manifest(folder: Path) -> dict[VideoKey, Path]:
    """The videos of a folder, in their order."""
    table = read_table(folder / "manifest.csv", MANIFEST_COLUMNS)
    videos = {}
    for row in table.rows:
        key = VideoKey(*(table.cell(row, name) for name in MANIFEST_COLUMNS[:3]))
        videos[comparable(key)] = folder / table.cell(row, "path")
    return videos


def read_planted(folder: Path) -> list[Planted]:
    """labels.csv with what truth.csv says of each."""
    labels = {
        (comparable(x.key), x.onset, x.offset): x for x in read_labels(folder / "labels.csv")
    }
    table = read_table(folder / "truth.csv", TRUTH_COLUMNS)
    planted = []
    for row in table.rows:
        cells = {name: table.cell(row, name) for name in TRUTH_COLUMNS}
        key = comparable(VideoKey(cells["dataset"], cells["subject"], cells["video"]))
        try:
            label = labels.pop((key, int(cells["onset"]) - 1, int(cells["offset"]) - 1))
            did = Doing(
                float(cells["head_px200"]), float(cells["face_px200"]), cells["blink"] == "1"
            )
            planted.append(
                Planted(label, float(cells["px200"]), tuple(cells["units"].split("+")), did)
            )
        except KeyError:
            raise row.error("labels.csv has no such micro-expression; make the set again") from None
        except ValueError as error:
            raise row.error(str(error)) from None
    if labels:
        first = next(iter(labels.values()))
        raise InputError(f"{folder / 'truth.csv'}: lacks {first.key}, frame {first.onset + 1}")
    return planted


@dataclass(frozen=True)
class VideoRows:
    """What the tables say of one video."""

    manifest: list[str]
    labels: list[list[str]]
    truth: list[list[str]]

    def key(self) -> list[str]:
        return self.manifest[:3]


def rows_of(
    dataset: str, subject: str, video: str, expressions: Iterable[Expression], motion: FaceMotion
) -> VideoRows:
    """Motion is that of the footage before anything was planted. The frame rate is left to the file."""
    key = [dataset, subject, video]
    labels, truth = [], []
    for e in expressions:
        row = [*key, *(str(frame + 1) for frame in (e.onset, e.apex, e.offset)), e.emotion]
        did = doing(motion, e.onset, e.offset)
        sides = "/".join(f"{side:.2f}" for side in e.sides)
        labels.append([*row, "micro"])
        truth.append(
            [
                *row,
                *(f"{e.px200:.2f}", "+".join(e.units), sides),
                *(f"{did.head_px200:.2f}", f"{did.face_px200:.2f}", str(int(did.blink))),
            ]
        )
    return VideoRows([*key, f"{video}.mp4", ""], labels, truth)


def add_videos(folder: Path, videos: Sequence[VideoRows]) -> None:
    """To the folder's tables; rows of a video that is made again are replaced."""
    keys = [v.key() for v in videos]
    tables = {
        "manifest.csv": (MANIFEST_COLUMNS, [v.manifest for v in videos]),
        "labels.csv": (LABEL_COLUMNS, [row for v in videos for row in v.labels]),
        "truth.csv": (TRUTH_COLUMNS, [row for v in videos for row in v.truth]),
    }
    for name, (columns, rows) in tables.items():
        kept: list[list[str]] = []
        if (folder / name).exists():
            table = read_table(folder / name, columns)
            there = ([table.cell(row, column) for column in columns] for row in table.rows)
            kept = [row for row in there if row[:3] not in keys]
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([columns, *kept, *rows])
        write_atomically(folder / name, text.getvalue().encode())
