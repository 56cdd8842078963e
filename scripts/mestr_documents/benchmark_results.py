"""What scripts/synthetic_benchmark.sh leaves in its folder."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mestr.errors import InputError
from mestr.files import read_json
from mestr.labels import VideoKey

if TYPE_CHECKING:
    import numpy as np

MADE_BY = "scripts/synthetic_benchmark.sh"
WEAK = 0.55  # of the strongest motion in the clip: the models' threshold parameter p


class Found(NamedTuple):
    """One line of predictions.csv; frames 1-based, inclusive."""

    video: VideoKey
    onset: int
    offset: int
    emotion: str


@dataclass
class Expression:
    """A micro-expression of a clip; frames as in Found."""

    video: VideoKey
    onset: int
    offset: int
    weak: bool  # moves the face less than WEAK x the strongest of its clip
    in_blink: bool  # shares a frame with a blink


@dataclass
class Result:
    alignment: str
    noise: float
    engine: str
    expressions: list[Expression]
    found: list[Found]
    scores: dict[VideoKey, "np.ndarray"]  # one a pair
    score: dict  # overall, as mestr evaluate wrote it


def share_frames(first: Sequence[int], second: Sequence[int]) -> bool:
    return first[0] <= second[1] and second[0] <= first[1]


def key_of(entry: dict) -> VideoKey:
    return VideoKey(entry["dataset"], entry["subject"], entry["video"])


def read_rows(path: Path) -> list[dict[str, str]]:
    try:
        with open(path, newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from None


def read_found(path: Path) -> list[Found]:
    return [
        Found(key_of(row), int(row["onset"]), int(row["offset"]), row["emotion"])
        for row in read_rows(path)
    ]


def read_expressions(path: Path) -> list[Expression]:
    """From the events.csv of mestr synth."""
    micro: dict[VideoKey, list[tuple[int, int, float]]] = {}
    blinks: dict[VideoKey, list[tuple[int, int]]] = {}
    for row in read_rows(path):
        frames = (int(row["onset"]), int(row["offset"]))
        if row["kind"] == "micro":
            micro.setdefault(key_of(row), []).append((*frames, float(row["px200"])))
        elif row["kind"] == "blink":
            blinks.setdefault(key_of(row), []).append(frames)
    return [
        Expression(
            video,
            onset,
            offset,
            weak=px200 < WEAK * max(size for _, _, size in of_video),
            in_blink=any(share_frames((onset, offset), b) for b in blinks.get(video, [])),
        )
        for video, of_video in micro.items()
        for onset, offset, px200 in of_video
    ]


def read_result(folder: Path, alignment: str, noise: str, engine: str) -> Result:
    import numpy as np

    try:
        run = read_json(folder / "run.json", MADE_BY)
        scores = {
            key_of(video): np.array(read_json(folder / video["file"], MADE_BY)["scores"], float)
            for video in run["videos"]
        }
        scopes = read_json(folder / "score.json", MADE_BY)["scopes"]
        overall = next(scope for scope in scopes if scope["scope"] == "overall")
        overall["confidence_95"]  # of --bootstrap
        return Result(
            alignment,
            float(noise),
            engine,
            read_expressions(folder.parent / f"clips_noise{noise}" / "events.csv"),
            read_found(folder / "predictions.csv"),
            scores,
            overall,
        )
    except KeyError as error:
        raise InputError(f"{folder}: its files lack {error}; run it again") from None


def read_results(folder: Path) -> list[Result]:
    pattern = re.compile(r"(crop|similarity)_noise([\d.]+)_(exact|fast)")
    matches = [(path, pattern.fullmatch(path.name)) for path in sorted(folder.glob("*_noise*_*"))]
    results = [read_result(path, *match.groups()) for path, match in matches if match]
    if not results:
        raise InputError(f"{folder}: no results; scripts/synthetic_benchmark.sh writes them")
    return sorted(results, key=lambda r: (r.alignment, r.noise, r.engine))
