"""Manifests of videos: CSV of dataset,subject,video,path,fps, as `mestr run` takes them."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mestr.errors import InputError
from mestr.files import write_atomically
from mestr.labels.csv_table import read_table
from mestr.labels.label import Label, VideoKey, comparable

COLUMNS = ["dataset", "subject", "video", "path", "fps"]


@dataclass(frozen=True)
class ManifestRow:
    key: VideoKey
    path: Path  # absolute, of a file or a folder of frames
    fps: str  # empty where the file's own counts


def read_video_manifest(path: Path) -> list[ManifestRow]:
    """Paths of a manifest count from its folder."""
    table = read_table(path, COLUMNS)
    rows = []
    for row in table.rows:
        dataset, subject, video, file, fps = (table.cell(row, name) for name in COLUMNS)
        whole = (path.parent / file).absolute()
        rows.append(ManifestRow(VideoKey(dataset, subject, video), whole, fps))
    return rows


def write_video_manifest(path: Path, rows: Iterable[ManifestRow]) -> None:
    """Paths below its folder count from there, so that both can be moved."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    folder = path.parent.absolute()
    for row in rows:
        file = row.path.relative_to(folder) if row.path.is_relative_to(folder) else row.path
        writer.writerow([*row.key, str(file), row.fps])
    write_atomically(path, text.getvalue().encode())


def with_micro_expressions(rows: Sequence[ManifestRow], labels: Iterable[Label], name: object) -> list[ManifestRow]:
    """Without the videos that have no labelled micro-expression, as the published code of ME-TST and BoostingVRME
    selects. `name`: of the manifest, for the error where none is left."""
    wanted = {comparable(label.key) for label in labels if label.is_micro}
    kept = [row for row in rows if comparable(row.key) in wanted]
    if not kept:
        raise InputError(f"{name}: none of its videos has a micro-expression in the labels")
    return kept
