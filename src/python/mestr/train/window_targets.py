"""What a network of windows is asked for: of each used frame whether it lies within a
micro-expression, and which class it shows. Used frames are every `step`-th of a video, from its
first; all 0-based."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mestr.labels import Label


class UsedEvent(NamedTuple):
    """Of used frames: the first and the last one within a micro-expression, and its class; `length`
    is offset - onset, as k_p is made of it."""

    first: int
    last: int
    length: int
    class_index: int


def mended_event(label: Label, step: int, class_index: int) -> UsedEvent:
    """The used frames from onset to offset, both of them in; where none lies there, the one before
    the middle."""
    first, last = -(-label.onset // step), label.offset // step
    if first > last:
        first = last = label.middle() // step
    length = max(1, round((label.offset - label.onset) / step))
    return UsedEvent(first, last, length, class_index)


def published_event(label: Label, step: int, class_index: int) -> UsedEvent:
    """Neither onset nor offset is in, so that two used frames are none."""
    onset, offset = label.onset // step, label.offset // step
    return UsedEvent(onset + 1, offset - 1, offset - onset, class_index)


def used_events(
    labels: Sequence[Label], step: int, variant: str, classes: Sequence[str]
) -> list[UsedEvent]:
    """Labels of emotions that are no class of the model are left out."""
    make = published_event if variant == "published" else mended_event
    return [make(x, step, classes.index(x.emotion)) for x in labels if x.emotion in classes]


def frame_targets(
    events: Sequence[UsedEvent], used_frames: int, neutral: int
) -> tuple[NDArray[Any], NDArray[Any]]:
    """float32 scores and int64 classes. What ends after the last frame is cut; of two events on one
    frame the later row counts."""
    spot = np.zeros(used_frames, np.float32)
    classes = np.full(used_frames, neutral, np.int64)
    for event in events:
        within = slice(max(0, event.first), max(0, event.last + 1))
        spot[within] = 1
        classes[within] = event.class_index
    return spot, classes


def bounds_targets(events: Sequence[UsedEvent], used_frames: int) -> NDArray[np.float32]:
    """float32 [used frames, 2]: frames back to the first and on to the last of its event; zeros of a
    frame in none."""
    bounds = np.zeros((used_frames, 2), np.float32)
    for event in events:
        frames = np.arange(max(0, event.first), min(event.last + 1, used_frames))
        bounds[frames] = np.stack([frames - event.first, event.last - frames], axis=1)
    return bounds


def mean_k_p(lengths: Sequence[int]) -> int:
    """ME-TST's half length of a micro-expression, used frames."""
    return max(1, int((np.mean(lengths) + 1) / 2))


def median_k_p(lengths: Sequence[int]) -> int:
    """BoostingVRME's."""
    return max(1, int((sorted(lengths)[len(lengths) // 2] + 1) / 2))


K_P_BY_NETWORK = {"metst": mean_k_p, "slow-fast": median_k_p}
