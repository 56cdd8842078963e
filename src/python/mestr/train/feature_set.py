"""A folder that `mestr features` wrote: manifest.json and, per video, .npy files of the network's
input. The files are mapped, never read whole: an hour of video has more than a gigabyte.

A manifest of format 1 counts frames from 0, one of format 2 from 1; everything here from 0."""

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mestr.errors import InputError, MestrError
from mestr.files import AnyPath, read_json
from mestr.labels import VideoKey, comparable
from mestr.train.kinds import MEAN_ROWS, RowKind
from mestr.train.videos import Event, StoredRows, V, Video

MANIFEST = "manifest.json"
FIRST_FRAME_OF_FORMAT = {1: 0, 2: 1}  # the index that the first frame of a video has in it

FeatureSource = AnyPath | Iterable[AnyPath] | Iterable[Video]


def videos_of(source: FeatureSource, kind: RowKind = MEAN_ROWS) -> Sequence[Video]:
    """Of a folder of features or several, which are read, or of memory; sorted by key."""
    if isinstance(source, str | os.PathLike):
        return read_features([source], kind)
    several = list(source)
    videos = [one for one in several if isinstance(one, Video)]
    if not videos:
        return read_features([one for one in several if not isinstance(one, Video)], kind)
    if len(videos) < len(several):
        raise InputError("features are either folders or videos in memory, not both")
    for video in videos:
        if video.pair_features().shape[1:] != kind.shape:
            shape = list(video.pair_features().shape[1:])
            raise InputError(f"{video.key}: rows of shape {shape} instead of {list(kind.shape)}")
    found = {comparable(video.key): video for video in videos}
    if len(found) < len(videos):
        raise InputError("of the videos in memory two are of one data set, subject and name")
    return [found[key] for key in sorted(found)]


def read_features(folders: Sequence[AnyPath], kind: RowKind = MEAN_ROWS) -> list[Video]:
    """The videos of all folders, sorted by key."""
    return read_manifests(folders, lambda manifest, folder: _videos(manifest, folder, kind))


def read_manifests(
    folders: Sequence[AnyPath], videos_of: Callable[[dict[str, Any], Path], list[V]]
) -> list[V]:
    """`videos_of`: what a manifest lists; it may let a KeyError or ValueError of a wrong one go."""
    if not folders:
        raise InputError("no features are given")
    videos: dict[VideoKey, V] = {}
    for folder in folders:
        for video in _read_manifest(Path(folder), videos_of):
            if comparable(video.key) in videos:
                raise InputError(f"{folder}: video {video.key} is there twice")
            videos[comparable(video.key)] = video
    if not videos:
        raise InputError(f"{folders[0]}: its manifest lists no video")
    return [videos[key] for key in sorted(videos)]


def _read_manifest(folder: Path, videos_of: Callable[[dict[str, Any], Path], list[V]]) -> list[V]:
    path = folder / MANIFEST
    manifest = read_json(path, "`mestr features`")
    try:
        if manifest["format"] not in FIRST_FRAME_OF_FORMAT:
            known = " or ".join(map(str, FIRST_FRAME_OF_FORMAT))
            raise InputError(f"{path}: format must be {known}, not {manifest['format']!r}")
        return videos_of(manifest, folder)
    except MestrError:
        raise
    except KeyError as error:
        raise InputError(f"{path}: an entry lacks {error}") from None
    except (TypeError, ValueError, AttributeError) as error:
        raise InputError(f"{path}: a field has a wrong type: {error}") from None


def _videos(manifest: dict[str, Any], folder: Path, kind: RowKind) -> list[Video]:
    path, version = folder / MANIFEST, manifest["format"]
    if manifest["features"] != kind.name:
        found = manifest["features"]
        raise InputError(f'{path}: features of kind "{found}" instead of "{kind.name}"')
    if version > 1 and manifest["row_shape"] != list(kind.shape):
        shape = manifest["row_shape"]
        raise InputError(f"{path}: rows of shape {shape} instead of {list(kind.shape)}")
    first = FIRST_FRAME_OF_FORMAT[version]
    return [_video(entry, folder, first, kind.shape) for entry in manifest["videos"]]


def key_of(entry: dict[str, Any]) -> VideoKey:
    return VideoKey(str(entry["dataset"]), str(entry["subject"]), str(entry["video"]))


def check_file_names(folder: Path, names: Sequence[str]) -> None:
    for name in names:
        if name != Path(name).name or name == "..":
            raise InputError(f"{folder / MANIFEST}: {name!r} is no file of its folder")


def _video(entry: dict[str, Any], folder: Path, first_index: int, row_shape: tuple[int, ...]) -> Video:
    """`first_index`: what the manifest calls the first frame of a video."""
    key = key_of(entry)
    events = [
        Event(int(event["onset"]) - first_index, int(event["offset"]) - first_index)
        for event in entry.get("onset_apex_events", [])
    ]
    frames, pairs, k_frames = int(entry["frames"]), int(entry["pairs"]), int(entry["k_frames"])
    makes_sense = 1 <= pairs <= frames and k_frames >= 1 and float(entry["fps"]) > 0
    row_frames = _row_frames(entry, first_index, pairs) if makes_sense else np.empty(0, np.int64)
    in_order = len(row_frames) == pairs and bool((np.diff(row_frames) >= 1).all())
    if not in_order or not pairs or row_frames[0] < 0 or row_frames[-1] + k_frames >= frames:
        raise InputError(
            f"{folder / MANIFEST}: video {key}: {pairs} pairs of {frames} frames at distance "
            f"{k_frames}, from frame {entry['first_face_frame']} on, and {entry['fps']} fps make "
            "no sense"
        )
    onset_apex = entry.get("onset_apex")
    check_file_names(folder, [entry["file"], *([onset_apex] if onset_apex else [])])
    return Video(
        key=key,
        fps=float(entry["fps"]),
        k_frames=k_frames,
        frames=frames,
        row_frames=row_frames,
        rows=StoredRows(folder / entry["file"], (pairs, *row_shape)),
        onset_apex=StoredRows(folder / onset_apex, (len(events), *row_shape)) if onset_apex else None,
        onset_apex_events=events if onset_apex else [],
    )


def _row_frames(entry: dict[str, Any], first_index: int, pairs: int) -> NDArray[np.int64]:
    """The frames of the rows of all stretches, none where they are not so many; entries without
    stretches are of one."""
    one = [{"first_frame": entry["first_face_frame"], "pairs": pairs}]
    stretches = [(int(s["first_frame"]), int(s["pairs"])) for s in entry.get("stretches", one)]
    counts = [count for _, count in stretches]
    if not counts or min(counts) < 1 or sum(counts) != pairs:
        return np.empty(0, np.int64)
    return np.concatenate([np.arange(count) + first - first_index for first, count in stretches])


