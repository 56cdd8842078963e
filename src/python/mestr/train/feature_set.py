"""A folder that `mestr features` wrote: manifest.json and, per video, .npy files of the network's
input. The files are mapped, never read whole: an hour of video has more than a gigabyte.

A manifest of format 1 counts frames from 0, one of format 2 from 1; everything here from 0."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np

from mestr.errors import InputError, MestrError
from mestr.files import read_json
from mestr.labels import VideoKey, comparable
from mestr.train.model_file import FEATURE_KIND, ROW_SHAPE

MANIFEST = "manifest.json"
FIRST_FRAME_OF_FORMAT = {1: 0, 2: 1}  # the index that the first frame of a video has in it
SAME_RATE = 0.01  # two frame rates within 1 % are one, as in mestr's own choice of k


class Event(NamedTuple):
    """An onset-apex pair of the file `onset_apex`, 0-based frames."""

    onset: int
    offset: int


@dataclass
class FeatureVideo:
    key: VideoKey
    fps: float
    frames: int


V = TypeVar("V", bound=FeatureVideo)


@dataclass
class Video(FeatureVideo):
    k_frames: int
    # Of each row, the first frame of its pair, 0-based: its second is k frames later. They follow
    # each other within a stretch of the video; pairs across a pause of it do not exist.
    row_frames: np.ndarray = field(compare=False)
    file: Path
    onset_apex_file: Path | None
    onset_apex_events: list[Event]
    row_shape: tuple[int, ...] = ROW_SHAPE
    _maps: dict[Path, np.ndarray] = field(default_factory=dict, repr=False)

    @property
    def pairs(self) -> int:
        return len(self.row_frames)

    def pair_features(self) -> np.ndarray:
        return self._map(self.file, self.pairs)

    def onset_apex_features(self) -> np.ndarray:
        if self.onset_apex_file is None:
            return np.empty((0, *self.row_shape), np.float32)
        return self._map(self.onset_apex_file, len(self.onset_apex_events))

    def _map(self, path: Path, count: int) -> np.ndarray:
        if path not in self._maps:
            self._maps[path] = open_array(path, (count, *self.row_shape))
        return self._maps[path]


def open_array(path: Path, shape: tuple[int, ...]) -> np.ndarray:
    try:
        values = np.load(path, mmap_mode="r", allow_pickle=False)
    except FileNotFoundError:
        raise InputError(f"{path}: no such feature file; is the folder complete?") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path} is not a .npy file: {error}") from None
    if values.shape != shape or values.dtype not in (np.float16, np.float32):
        raise InputError(
            f"{path} holds {values.dtype}{list(values.shape)}; its manifest promises "
            f"float16 or float32{list(shape)}"
        )
    return values


class RowKind(NamedTuple):
    """What rows are called, and their shape."""

    name: str
    shape: tuple[int, ...]


MEAN_ROWS = RowKind(FEATURE_KIND, ROW_SHAPE)


def read_features(folders: Sequence[Path], kind: RowKind = MEAN_ROWS) -> list[Video]:
    """The videos of all folders, sorted by key."""
    return read_manifests(folders, lambda manifest, folder: _videos(manifest, folder, kind))


def read_manifests(folders: Sequence[Path], videos_of: Callable[[dict, Path], list[V]]) -> list[V]:
    """`videos_of`: what a manifest lists; it may let a KeyError or ValueError of a wrong one go."""
    videos: dict[VideoKey, V] = {}
    for folder in folders:
        for video in _read_manifest(Path(folder), videos_of):
            if comparable(video.key) in videos:
                raise InputError(f"{folder}: video {video.key} is there twice")
            videos[comparable(video.key)] = video
    if not videos:
        raise InputError(f"{folders[0]}: its manifest lists no video")
    return [videos[key] for key in sorted(videos)]


def _read_manifest(folder: Path, videos_of: Callable[[dict, Path], list[V]]) -> list[V]:
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


def _videos(manifest: dict, folder: Path, kind: RowKind) -> list[Video]:
    path, version = folder / MANIFEST, manifest["format"]
    if manifest["features"] != kind.name:
        found = manifest["features"]
        raise InputError(f'{path}: features of kind "{found}" instead of "{kind.name}"')
    if version > 1 and manifest["row_shape"] != list(kind.shape):
        shape = manifest["row_shape"]
        raise InputError(f"{path}: rows of shape {shape} instead of {list(kind.shape)}")
    first = FIRST_FRAME_OF_FORMAT[version]
    return [_video(entry, folder, first, kind.shape) for entry in manifest["videos"]]


def key_of(entry: dict) -> VideoKey:
    return VideoKey(str(entry["dataset"]), str(entry["subject"]), str(entry["video"]))


def check_file_names(folder: Path, names: Sequence[str]) -> None:
    for name in names:
        if name != Path(name).name or name == "..":
            raise InputError(f"{folder / MANIFEST}: {name!r} is no file of its folder")


def _video(entry: dict, folder: Path, first_index: int, row_shape: tuple[int, ...]) -> Video:
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
        file=folder / entry["file"],
        onset_apex_file=folder / onset_apex if onset_apex else None,
        onset_apex_events=events if onset_apex else [],
        row_shape=row_shape,
    )


def _row_frames(entry: dict, first_index: int, pairs: int) -> np.ndarray:
    """The frames of the rows of all stretches, none where they are not so many; entries without
    stretches are of one."""
    one = [{"first_frame": entry["first_face_frame"], "pairs": pairs}]
    stretches = [(int(s["first_frame"]), int(s["pairs"])) for s in entry.get("stretches", one)]
    counts = [count for _, count in stretches]
    if not counts or min(counts) < 1 or sum(counts) != pairs:
        return np.empty(0, np.int64)
    return np.concatenate([np.arange(count) + first - first_index for first, count in stretches])


def same_rate(a: float, b: float) -> bool:
    return abs(a - b) <= SAME_RATE * b


def k_by_rate(videos: Sequence[Video]) -> dict[float, int]:
    """The frame rates of the videos, each with the k its features were made with."""
    found: dict[float, tuple[int, VideoKey]] = {}
    for video in videos:
        rate = next((fps for fps in found if same_rate(video.fps, fps)), video.fps)
        k_frames, first = found.setdefault(rate, (video.k_frames, video.key))
        if k_frames != video.k_frames:
            raise InputError(
                f"features at {rate:g} fps come with k = {k_frames} ({first}) and with "
                f"k = {video.k_frames} ({video.key}); make them with one k"
            )
    return {rate: k_frames for rate, (k_frames, _) in found.items()}


def rate_of(video: Video, rates: Sequence[float]) -> float:
    return next(fps for fps in rates if same_rate(video.fps, fps))


class Sample(NamedTuple):
    """One input of the network: row `row` of a video's pairs, or of its onset-apex pairs."""

    video: Video
    row: int
    onset_apex: bool = False


def gather(samples: Sequence[Sample]) -> np.ndarray:
    """float32 [N, 3, 42, 42]. Refuses values that are not finite."""
    batch = np.empty((len(samples), *ROW_SHAPE), np.float32)
    for i, sample in enumerate(samples):
        video = sample.video
        batch[i] = (video.onset_apex_features() if sample.onset_apex else video.pair_features())[
            sample.row
        ]
    finite = np.isfinite(batch).reshape(len(batch), -1).all(axis=1)
    if not finite.all():
        bad = samples[int(np.argmin(finite))]
        path = bad.video.onset_apex_file if bad.onset_apex else bad.video.file
        raise InputError(
            f"{path}: row {bad.row} holds values that are not finite; make the features of "
            f"{bad.video.key} again or leave the video out"
        )
    return batch
