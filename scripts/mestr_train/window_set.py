"""Windows of rows that `mestr features` wrote, one .npy file a video, and what a network of windows
is asked for in each of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from . import InputError
from .feature_set import (
    MANIFEST,
    FeatureVideo,
    check_file_names,
    key_of,
    open_array,
    read_manifests,
    same_rate,
)
from .labels import VideoKey
from .window_network import PUBLISHED
from .window_record import FEATURES, Window

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
    first_rows: np.ndarray = field(compare=False)  # of each window, its first used frame, 0-based
    file: Path

    def rows(self) -> np.ndarray:
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


def _videos(manifest: dict, folder: Path) -> list[WindowVideo]:
    path = folder / MANIFEST
    if manifest["features"] not in NETWORK_OF:
        raise InputError(
            f'{path}: features of kind "{manifest["features"]}" instead of '
            + " or ".join(f'"{kind}"' for kind in NETWORK_OF)
        )
    window = Window(**{name: int(manifest["window"][name]) for name in Window.__annotations__})
    kind = WindowKind(manifest["features"], str(manifest["variant"]), window)
    if manifest["row_shape"] != [kind.values()]:
        shape = manifest["row_shape"]
        raise InputError(f"{path}: rows of shape {shape} instead of {[kind.values()]}")
    if window.frames < 2 or window.hop_frames < 1 or window.frame_step < 1:
        raise InputError(f"{path}: a window of {window} makes no sense")
    return [_video(entry, folder, kind) for entry in manifest["videos"]]


def _video(entry: dict, folder: Path, kind: WindowKind) -> WindowVideo:
    key: VideoKey = key_of(entry)
    window, frames, fps = kind.window, int(entry["frames"]), float(entry["fps"])
    first_frames = np.array([int(frame) for frame in entry["first_frames"]], np.int64) - 1
    video = WindowVideo(
        key, fps, frames, kind, first_frames // window.frame_step, folder / entry["file"]
    )
    on_used_frames = not (first_frames % window.frame_step).any()
    in_order = bool((np.diff(first_frames) >= 1).all())
    ends = video.first_rows + window.frames
    if len(ends) and not (
        fps > 0
        and on_used_frames
        and in_order
        and first_frames[0] >= 0
        and ends[-1] <= video.used_frames()
    ):
        raise InputError(
            f"{folder / MANIFEST}: video {key}: {len(ends)} windows of {window.frames} frames, each "
            f"{window.frame_step}th, of {frames} frames at {fps:g} fps make no sense"
        )
    check_file_names(folder, [entry["file"]])
    return video
