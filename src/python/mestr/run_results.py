"""The results of mestr run, as far as figures need them. Frames count from 0 here, from 1 there."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mestr.errors import InputError, MestrError
from mestr.files import read_json
from mestr.labels import VideoKey

MADE_BY = "mestr run"


@dataclass(frozen=True)
class Found:
    onset: int
    peak: int
    offset: int
    emotion: str


@dataclass(frozen=True)
class Face:
    """Of one face, or of whoever is followed."""

    frames: NDArray[np.int64]  # [n] that have a score
    scores: NDArray[np.float64]  # [n], nan where there is none
    smoothed: NDArray[np.float64]  # the same
    thresholds: list[tuple[int, int, float]]  # first and last frame, value
    usable: NDArray[np.bool_]  # [frames] bool
    intervals: list[Found]


@dataclass(frozen=True)
class Result:
    video: VideoKey
    file: Path
    times_s: NDArray[np.float64]  # [frames]
    faces: list[Face]


def _values(listed: list[float | None]) -> NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in listed], float)


def _usable(data: dict[str, Any], frames: int) -> NDArray[np.bool_]:
    if "per_frame" in data:
        return np.array(data["per_frame"]["usable"], bool)
    usable = np.zeros(frames, bool)
    for stretch in data["stretches"]:
        usable[stretch["first_frame"] - 1 : stretch["last_frame"]] = True
    return usable


def _thresholds(data: dict[str, Any], frames: int) -> list[tuple[int, int, float]]:
    own = [
        (stretch["first_frame"] - 1, stretch["last_frame"] - 1, float(stretch["threshold"]))
        for stretch in data["stretches"]
        if "threshold" in stretch
    ]
    return own or [(0, frames - 1, float(data["threshold"]))]


def _face(data: dict[str, Any], frames: int) -> Face:
    scores, smoothed = _values(data["scores"]), _values(data["smoothed"])
    first, step = data["first_scored_frame"] - 1, data.get("frame_step", 1)
    scored = first + step * np.arange(len(scores))
    usable = _usable(data, frames)
    found = [
        Found(item["onset"] - 1, item["peak"] - 1, item["offset"] - 1, str(item["emotion"]))
        for item in data["intervals"]
    ]
    ends = [frame for item in found for frame in (item.onset, item.peak, item.offset)]
    inside = all(0 <= frame < frames for frame in [*ends, *scored[:1], *scored[-1:]])
    if not inside or len(smoothed) != len(scores) or len(usable) != frames:
        raise ValueError(f"it has values outside of its {frames} frames")
    return Face(scored, scores, smoothed, _thresholds(data, frames), usable, found)


def _result(path: Path, entry: dict[str, Any]) -> Result:
    data = read_json(path, MADE_BY)
    frames = int(data["frames"])
    # Results of earlier versions have no times.
    times = data.get("frame_times_s") or (np.arange(frames) / float(data["fps"])).tolist()
    if len(times) != frames:
        raise ValueError(f"it has {len(times)} times for {frames} frames")
    faces = [_face(part, frames) for part in (data, *data.get("other_faces", []))]
    key = VideoKey(entry["dataset"], entry["subject"], entry["video"])
    return Result(key, path, np.array(times, float), faces)


def read_results(folder: Path) -> tuple[list[Result], list[str]]:
    """Of an output folder of mestr run; and the names of the videos that failed."""
    run_file = folder / "run.json"
    run = read_json(run_file, MADE_BY)
    results, failed = [], []
    path = run_file
    try:
        for entry in run["videos"]:
            if not entry.get("ok", False):
                failed.append(str(entry["path"]))
                continue
            path = folder / "videos" / Path(entry["file"]).name
            results.append(_result(path, entry))
            path = run_file
    except MestrError:
        raise
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        what = f"no {error}" if isinstance(error, KeyError) else str(error)
        raise InputError(f"{path} is not what mestr run writes: {what}") from None
    if not results:
        raise InputError(f"{folder} holds no video that succeeded")
    return results, failed
