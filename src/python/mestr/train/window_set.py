"""Windows of rows that `mestr features` wrote, one .npy file a video, and what a network of windows
is asked for in each of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mestr.errors import InputError
from mestr.train.feature_set import MANIFEST, check_file_names, key_of, read_manifests
from mestr.train.videos import FeatureVideo, open_array, same_rate
from mestr.train.window_record import FEATURES, Window
from mestr.train.window_shape import PUBLISHED

Say = Callable[[str], None]
NETWORK_OF = {features: network for network, features in FEATURES.items()}


class WindowKind(NamedTuple):
    """What the videos of a training must have in common."""

    features: str
    variant: str
    window: Window

    def values(self) -> int:
        return PUBLISHED[NETWORK_OF[self.features]].values


@dataclass
class WindowVideo(FeatureVideo):
    kind: WindowKind
    first_rows: NDArray[np.int64] = field(compare=False)  # of each window, its first used frame, 0-based
    has_face: NDArray[np.bool_] = field(compare=False)  # of each window; without one its rows are zeros
    file: Path

    def rows(self) -> NDArray[Any]:
        """[windows, frames, values]."""
        return open_array(
            self.file, (len(self.first_rows), self.kind.window.frames, self.kind.values())
        )

    def used_frames(self) -> int:
        return -(-self.frames // self.kind.window.frame_step)


def read_windows(folders: Sequence[Path], say: Say) -> tuple[list[WindowVideo], WindowKind]:
    """The videos that have a window, sorted by key, and their one kind."""
    found = read_manifests(folders, _videos)
    videos = [video for video in found if len(video.first_rows)]
    if not videos:
        raise InputError(f"{folders[0]}: no video of it is as long as a window")
    if len(videos) < len(found):
        say(f"{len(found) - len(videos)} videos are shorter than a window: left out")
    first = videos[0]
    for video in videos:
        if video.kind != first.kind or not same_rate(video.fps, first.fps):
            raise InputError(
                f"features of {first.key} are {_shown(first)}, those of {video.key} "
                f"{_shown(video)}; a network of windows is trained on one kind at one frame rate"
            )
    return videos, first.kind


def _shown(video: WindowVideo) -> str:
    kind, window = video.kind, video.kind.window
    return (
        f"{kind.variant} {kind.features} at {video.fps:g} fps in windows of {window.frames} frames, "
        f"hop {window.hop_frames}, step {window.frame_step}"
    )


def _videos(manifest: dict[str, Any], folder: Path) -> list[WindowVideo]:
    path = folder / MANIFEST
    features = manifest["features"]
    if features not in NETWORK_OF:
        raise InputError(
            f'{path}: features of kind "{features}" instead of '
            + " or ".join(f'"{kind}"' for kind in NETWORK_OF)
        )
    values = PUBLISHED[NETWORK_OF[features]].values
    if manifest["row_shape"] != [values]:
        raise InputError(f"{path}: rows of shape {manifest['row_shape']} instead of {[values]}")
    variant = str(manifest["variant"])
    return [_video(entry, folder, features, variant) for entry in manifest["videos"]]


def _video(entry: dict[str, Any], folder: Path, features: str, variant: str) -> WindowVideo:
    window = Window(**{name: int(entry["window"][name]) for name in Window.__annotations__})
    step = max(1, window.frame_step)
    first_frames = _whole_numbers(entry["first_frames"]) - 1
    video = WindowVideo(
        key=key_of(entry),
        fps=float(entry["fps"]),
        frames=int(entry["frames"]),
        kind=WindowKind(features, variant, window),
        first_rows=first_frames // step,
        has_face=_whole_numbers(entry["faceless_frames"]) < window.frames,
        file=folder / entry["file"],
    )
    if not _makes_sense(video) or (first_frames % step).any():
        raise InputError(
            f"{folder / MANIFEST}: video {video.key}: {len(first_frames)} windows of "
            f"{window.frames} frames, each {window.frame_step}th, of {video.frames} frames at "
            f"{video.fps:g} fps make no sense"
        )
    check_file_names(folder, [entry["file"]])
    return video


def _whole_numbers(values: list[Any]) -> NDArray[np.int64]:
    return np.array([int(value) for value in values], np.int64)


def _makes_sense(video: WindowVideo) -> bool:
    window, first = video.kind.window, video.first_rows
    if window.frames < 2 or window.hop_frames < 1 or window.frame_step < 1 or not video.fps > 0:
        return False
    if len(video.has_face) != len(first) or not (np.diff(first) >= 1).all():
        return False
    return not len(first) or (first[0] >= 0 and first[-1] + window.frames <= video.used_frames())
