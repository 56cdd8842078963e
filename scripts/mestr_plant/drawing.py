"""Draws what is planted: when, which action units, how large. The same seed and name, the same draw."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mestr.errors import InputError

from .units import MOSTLY_ONE_SIDED, VARIANTS

if TYPE_CHECKING:
    import numpy as np

LENGTH_S = (0.17, 0.5)  # the field's definition of a micro-expression ends at half a second
USUAL_LENGTH_S = 0.34
LEAST_FRAMES = 4
CLEAR_S = 0.15  # before and after, in which the face must be seen too
CLOCK_GAP = 2.5  # so many usual frame intervals are a gap of the clock
WEAKER_SIDE = (0.7, 1.0)
ONE_SIDED = 0.15  # how often, and how strong the other side then is


@dataclass(frozen=True)
class Expression:
    """Frames 0-based, inclusive: the first and the last in which the face is moved, and where it is moved
    most."""

    onset: int
    apex: int
    offset: int
    hold: int  # the apex lasts up to here
    emotion: str
    units: tuple[str, ...]
    sides: tuple[float, float]  # strength left and right in the picture
    px200: float  # largest shift at the apex for a face of 200 px

    def strength(self, frame: int, times_s: "np.ndarray") -> float:
        """Half a cosine from 0 in the frame before the onset to 1 at the apex, and back to 0 in the frame
        behind the offset."""
        from math import cos, pi

        now = times_s[frame]
        if frame <= self.apex:
            before = times_s[self.onset - 1]
            part = (now - before) / (times_s[self.apex] - before)
        elif frame <= self.hold:
            part = 1.0
        else:
            behind = times_s[self.offset + 1]
            part = (behind - now) / (behind - times_s[self.hold])
        return 0.5 - 0.5 * cos(pi * min(1.0, max(0.0, float(part))))


@dataclass(frozen=True)
class Plan:
    """What may be drawn."""

    px200: tuple[float, float] = (1.0, 4.0)
    per_minute: float = 14.0
    gap_s: float = 0.7


def draw(
    plan: Plan, seed: int, name: str, times_s: "np.ndarray", usable: "np.ndarray"
) -> list[Expression]:
    """Expressions apart from each other, each where the face is seen throughout; in order of time."""
    chance = random.Random(f"{seed} {name}")
    spans = draw_spans(plan, chance, times_s, usable)
    emotions = [list(VARIANTS)[i % len(VARIANTS)] for i in range(len(spans))]
    chance.shuffle(emotions)
    expressions = []
    for (onset, offset), emotion in zip(spans, emotions, strict=True):
        inner = offset - onset - 2  # frames that the apex leaves to both sides, at least one each
        apex = onset + 1 + min(inner, round(inner * chance.uniform(0.25, 0.5)))
        hold = min(offset - 1, apex + round((offset - onset) * chance.uniform(0, 0.2)))
        units = chance.choice(VARIANTS[emotion])
        size = chance.uniform(*plan.px200)
        sides = draw_sides(chance, units)
        expressions.append(Expression(onset, apex, offset, hold, emotion, units, sides, size))
    return expressions


def draw_sides(chance: random.Random, units: Sequence[str]) -> tuple[float, float]:
    one_sided = chance.random() < (1 - ONE_SIDED if MOSTLY_ONE_SIDED & set(units) else ONE_SIDED)
    weaker = ONE_SIDED if one_sided else round(chance.uniform(*WEAKER_SIDE), 2)
    return (1.0, weaker) if chance.random() < 0.5 else (weaker, 1.0)


def draw_spans(
    plan: Plan, chance: random.Random, times_s: "np.ndarray", usable: "np.ndarray"
) -> list[tuple[int, int]]:
    """Onset and offset of each, by drawing from all the places that are left."""
    import numpy as np

    frame_s = float(np.median(np.diff(times_s))) if len(times_s) > 1 else 1.0
    if (LEAST_FRAMES - 1) * frame_s > LENGTH_S[1]:
        raise InputError(
            f"{1 / frame_s:.3g} frames a second are too few for {LEAST_FRAMES} within {LENGTH_S[1]} s"
        )
    wanted = max(1, round(plan.per_minute * usable.sum() * frame_s / 60))
    free = np.where(usable & ~after_gap(times_s, frame_s), 1, 0)
    spans: list[tuple[int, int]] = []
    while len(spans) < wanted:
        length_s = chance.triangular(*LENGTH_S, USUAL_LENGTH_S)
        # At least so many frames, also where that is longer than was drawn.
        frames = max(LEAST_FRAMES, 1 + int(length_s / frame_s + 1e-6))
        onsets = places(free, frames, round(CLEAR_S / frame_s) + 1)
        last = frames - 1
        onsets = [i for i in onsets if times_s[i + last] - times_s[i] < LENGTH_S[1] + frame_s / 2]
        if not onsets:
            break
        onset = chance.choice(onsets)
        offset = onset + last
        spans.append((onset, offset))
        near = np.abs(times_s - np.clip(times_s, times_s[onset], times_s[offset])) < plan.gap_s
        free[near] = 0
        free[onset : offset + 1] = 0
    return sorted(spans)


def after_gap(times_s: "np.ndarray", frame_s: float) -> "np.ndarray":
    """The frames that come after a gap of the clock."""
    import numpy as np

    return np.concatenate([[False], np.diff(times_s) > CLOCK_GAP * frame_s])


def places(free: "np.ndarray", frames: int, clear: int) -> list[int]:
    """Onsets from which so many frames, and as many to clear before and after, are free."""
    import numpy as np

    window = frames + 2 * clear
    if len(free) < window:
        return []
    total = np.concatenate([[0], np.cumsum(free)])
    return [int(i) + clear for i in np.flatnonzero(total[window:] - total[:-window] == window)]
