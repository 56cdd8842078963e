"""Rows of features with what they are of: of videos whose features `mestr features` wrote, or that are in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from mestr.errors import InputError
from mestr.labels import VideoKey
from mestr.train.kinds import MEAN_ROWS

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


class Rows(Protocol):
    """[n, ...] of float16 or float32."""

    @property
    def name(self) -> str:
        """What messages call them."""

    def array(self) -> NDArray[Any]: ...


@dataclass
class StoredRows:
    """Of a .npy file, which is mapped when it is first asked for: an hour of video has more than a gigabyte."""

    path: Path
    shape: tuple[int, ...]
    _values: NDArray[Any] | None = field(default=None, repr=False, compare=False)

    @property
    def name(self) -> str:
        return str(self.path)

    def array(self) -> NDArray[Any]:
        if self._values is None:
            self._values = open_array(self.path, self.shape)
        return self._values


@dataclass
class RowsInMemory:
    name: str
    values: NDArray[Any] = field(repr=False, compare=False)

    def array(self) -> NDArray[Any]:
        return self.values


@dataclass
class Video(FeatureVideo):
    k_frames: int
    # Of each row, the first frame of its pair, 0-based: its second is k frames later. They follow
    # each other within a stretch of the video; pairs across a pause of it do not exist.
    row_frames: NDArray[np.int64] = field(compare=False)
    rows: Rows
    onset_apex: Rows | None = None
    onset_apex_events: Sequence[Event] = ()  # of each of its rows

    @property
    def pairs(self) -> int:
        return len(self.row_frames)

    def pair_features(self) -> NDArray[Any]:
        return self.rows.array()

    def onset_apex_features(self) -> NDArray[Any]:
        if self.onset_apex is None:
            return np.empty((0, *self.pair_features().shape[1:]), np.float32)
        return self.onset_apex.array()


def open_array(path: Path, shape: tuple[int, ...]) -> NDArray[Any]:
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


def gather(samples: Sequence[Sample]) -> NDArray[np.float32]:
    """float32 [N, 3, 42, 42]. Refuses values that are not finite."""
    batch = np.empty((len(samples), *MEAN_ROWS.shape), np.float32)
    for i, sample in enumerate(samples):
        video = sample.video
        batch[i] = (video.onset_apex_features() if sample.onset_apex else video.pair_features())[
            sample.row
        ]
    finite = np.isfinite(batch).reshape(len(batch), -1).all(axis=1)
    if not finite.all():
        bad = samples[int(np.argmin(finite))]
        rows = bad.video.onset_apex if bad.onset_apex and bad.video.onset_apex else bad.video.rows
        raise InputError(
            f"{rows.name}: row {bad.row} holds values that are not finite; make the features of "
            f"{bad.video.key} again or leave the video out"
        )
    return batch
