"""Frames from memory: arrays, iterators, a camera."""

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mestr import _core
from mestr.errors import InputError

Frames = NDArray[np.uint8] | Iterable[NDArray[np.uint8]]

# An interval of more than so many usual ones is a pause of the recording: nothing is computed across it.
_PAUSE = 1.5
# What time stamps of an even clock may be off, as those in files are rounded.
_ROUNDING_S = 0.001


@dataclass(frozen=True)
class TimedFrame:
    image: NDArray[np.uint8]
    time_s: float
    continues: bool


def _checked(image: NDArray[np.uint8], index: int, shape: tuple[int, ...] | None) -> NDArray[np.uint8]:
    array = np.asarray(image)
    is_picture = array.ndim == 2 or (array.ndim == 3 and array.shape[2] == 3)
    if array.dtype != np.uint8 or not is_picture or array.size == 0:
        raise InputError(
            f"frame {index} is an array {array.shape} of {array.dtype}; "
            "it must be (h, w) gray or (h, w, 3) RGB of uint8"
        )
    if shape is not None and array.shape != shape:
        raise InputError(f"frame {index} has the shape {array.shape}, and those before it {shape}; they must be one")
    return np.ascontiguousarray(array)


def _checked_times(times: Sequence[float]) -> NDArray[np.float64]:
    seconds = np.asarray(times, dtype=np.float64)
    if seconds.ndim != 1 or len(seconds) < 2 or not np.isfinite(seconds).all() or not (np.diff(seconds) > 0).all():
        raise InputError("times must be two seconds or more that rise")
    return seconds


class FrameStream:
    """Frames as the extension takes them, each checked as it comes. `count` and `fps` are empty where unknown."""

    def __init__(self, frames: Frames, fps: float | None, times: Sequence[float] | None) -> None:
        self._times = None if times is None else _checked_times(times)
        if fps is None and self._times is not None:
            fps = float(1 / np.median(np.diff(self._times)))
        if fps is None:
            raise InputError("frames from memory have no frame rate of their own; give fps, or times of all frames")
        self.fps = fps
        self.count = len(frames) if isinstance(frames, Sequence | np.ndarray) else None
        if self._times is not None and self.count is not None and len(self._times) != self.count:
            raise InputError(f"there are {self.count} frames and {len(self._times)} times")
        iterator = iter(frames)
        first = next(iterator, None)
        if first is None:
            raise InputError("there is no frame")
        self._images = itertools.chain([first], iterator)
        self.height, self.width = _checked(first, 0, None).shape[:2]

    @property
    def variable(self) -> bool:
        """Whether the times are not evenly spaced, pauses aside."""
        if self._times is None:
            return False
        steps = np.diff(self._times)
        usual = steps[steps <= _PAUSE * np.median(steps)]
        return bool(usual.max() - usual.min() > _ROUNDING_S)

    def queue(self) -> _core.FrameQueue:
        return _core.FrameQueue(self.width, self.height, self.fps, self.variable, self.count)

    def __iter__(self) -> Iterator[TimedFrame]:
        shape: tuple[int, ...] | None = None
        before_s = -math.inf
        index = -1
        for index, image in enumerate(self._images):
            array = _checked(image, index, shape)
            shape = array.shape
            time_s = self._time_of(index)
            follows_a_pause = self._times is not None and index > 0 and time_s - before_s > _PAUSE / self.fps
            yield TimedFrame(array, time_s, not follows_a_pause)
            before_s = time_s
        if self._times is not None and index + 1 < len(self._times):
            raise InputError(f"there are {index + 1} frames and {len(self._times)} times")

    def _time_of(self, index: int) -> float:
        if self._times is None:
            return index / self.fps
        if index >= len(self._times):
            raise InputError(f"there are more frames than the {len(self._times)} times")
        return float(self._times[index])
