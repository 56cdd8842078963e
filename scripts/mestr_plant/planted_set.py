"""A folder of planted videos: manifest.csv and labels.csv as mestr reads them, and truth.csv, which says
of each planted micro-expression what it was and what the real face did meanwhile."""

from dataclasses import dataclass
from pathlib import Path

from mestr_train import InputError
from mestr_train.labels import COLUMNS as LABEL_COLUMNS
from mestr_train.labels import Label, VideoKey, comparable, read_labels
from mestr_train.tables import read_table

from .face_motion import Doing

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
        (comparable(x.video), x.onset, x.offset): x for x in read_labels(folder / "labels.csv")
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
        raise InputError(f"{folder / 'truth.csv'}: lacks {first.video}, frame {first.onset + 1}")
    return planted
