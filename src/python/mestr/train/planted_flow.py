"""Micro-expressions added to the flow of a face that makes none: sums of smooth bumps around the
places of a face where muscles move the skin (Ekman, Friesen 1978), in rows of "flow-grid-v1".

To first order a small motion adds its flow to what is there, so that every clip of training gives
new micro-expressions, of shapes that no mesh has."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mestr.train.sequence_network import GRID

# Places in a crop of kind "flow-grid-v1", as parts of its side; right of the picture, mirrored for
# the other side: the middles of a frontal face's landmarks.
MIDDLE = 0.5
PX200_TO_CROP = 0.64  # px of the crop (128 px) for one px at a face width of 200


class Bump(NamedTuple):
    place: tuple[float, float]  # away from the middle of the face, and down from the crop's top
    radii: tuple[float, float]
    shift: tuple[float, float]  # outwards, down


# By action unit.
UNITS = {
    1: [Bump((0.08, 0.16), (0.09, 0.08), (0.0, -1.0))],
    2: [Bump((0.26, 0.14), (0.10, 0.08), (0.1, -0.9))],
    4: [
        Bump((0.08, 0.17), (0.09, 0.08), (-0.5, 0.85)),
        Bump((0.23, 0.15), (0.09, 0.07), (-0.1, 0.5)),
    ],
    5: [Bump((0.18, 0.27), (0.06, 0.035), (0.0, -0.8))],
    6: [Bump((0.25, 0.42), (0.12, 0.08), (-0.1, -0.6))],
    7: [Bump((0.18, 0.34), (0.07, 0.04), (0.0, -0.5))],
    9: [Bump((0.08, 0.50), (0.07, 0.10), (0.1, -0.8))],
    10: [Bump((0.06, 0.68), (0.08, 0.07), (0.0, -0.8))],
    12: [Bump((0.16, 0.73), (0.11, 0.09), (0.7, -0.75))],
    14: [Bump((0.16, 0.73), (0.07, 0.06), (0.9, 0.0))],
    15: [Bump((0.16, 0.74), (0.09, 0.09), (0.15, 1.0))],
    17: [Bump((0.04, 0.90), (0.10, 0.08), (0.0, -0.9))],
    20: [Bump((0.16, 0.74), (0.11, 0.07), (1.0, 0.15))],
    24: [Bump((0.06, 0.76), (0.10, 0.05), (-0.6, 0.0))],
    26: [
        Bump((0.05, 0.80), (0.15, 0.08), (0.0, 0.7)),
        Bump((0.05, 0.95), (0.20, 0.10), (0.0, 0.6)),
    ],
}

# What a micro-expression of a class may consist of (MEGC's coarse classes).
CHOICES = {
    "negative": [(4,), (4,), (15,), (4, 15), (4, 7), (9,), (10,), (15, 17), (14,), (20,), (24,)],
    "positive": [(12,), (12,), (6, 12), (6, 12), (6, 7, 12)],
    "surprise": [(1, 2), (1, 2), (1,), (2,), (1, 2, 5), (1, 2, 26), (1, 5)],
}

ONE_SIDED = 0.15  # of all

_Y, _X = (np.mgrid[0:GRID, 0:GRID] + 0.5) / GRID


def random_field(random: np.random.Generator, units: tuple[int, ...]) -> NDArray[Any]:
    """[2, 32, 32], its longest vector 1: a face of random proportions making the units."""
    weak = random.uniform(0, 0.2) if random.random() < ONE_SIDED else random.uniform(0.6, 1)
    left, right = (1.0, weak) if random.random() < 0.5 else (weak, 1.0)
    place = np.array([MIDDLE, 0.0]) + random.normal(0, 0.02, 2)
    size = random.uniform(0.9, 1.1, 2)
    field = np.zeros((2, GRID, GRID))
    for unit in units:
        strength = random.uniform(0.6, 1.2)
        for bump in UNITS[unit]:
            radii = np.array(bump.radii) * random.uniform(0.75, 1.35, 2)
            shift = np.array(bump.shift) + random.normal(0, 0.15, 2)
            offset = np.array(bump.place) * size + random.normal(0, 0.015, 2)
            for side, share in ((-1, left), (1, right)):
                x, y = place[0] + side * offset[0], place[1] + offset[1]
                weight = np.exp(-0.5 * (((_X - x) / radii[0]) ** 2 + ((_Y - y) / radii[1]) ** 2))
                field[0] += strength * share * weight * shift[0] * side
                field[1] += strength * share * weight * shift[1]
    return (field / np.hypot(field[0], field[1]).max()).astype(np.float32)


class Course(NamedTuple):
    """When, in rows: up to 1 at the apex, there for a while, back to 0."""

    onset: float
    apex: float
    hold_end: float
    offset: float

    def at(self, time: NDArray[Any]) -> NDArray[Any]:
        rise = np.clip((time - self.onset) / max(self.apex - self.onset, 1e-3), 0, 1)
        fall = np.clip((self.offset - time) / max(self.offset - self.hold_end, 1e-3), 0, 1)
        return 0.5 - 0.5 * np.cos(np.pi * np.minimum(rise, fall))


def random_course(random: np.random.Generator, onset: float, fps: float) -> Course:
    length = float(np.clip(random.normal(0.36, 0.1), 0.15, 0.52)) * fps
    apex = onset + length * random.uniform(0.3, 0.55)
    hold = length * max(0.0, random.uniform(-0.1, 0.15))
    return Course(onset, apex, apex + hold, onset + length)


def add_motion(rows: NDArray[Any], course: Course, field: NDArray[Any], k_frames: int) -> None:
    """To [T, 2, 32, 32], row i of which is the flow from frame i to frame i + k."""
    frames = np.arange(len(rows))
    moved = course.at(frames + k_frames) - course.at(frames)
    rows += moved[:, None, None, None].astype(np.float32) * field


def all_units(random: np.random.Generator) -> tuple[int, ...]:
    """Any one to three action units."""
    count = int(random.integers(1, 4))
    return tuple(int(unit) for unit in random.choice(list(UNITS), count, replace=False))


def macro_course(random: np.random.Generator, onset: float, fps: float) -> Course:
    """Of an expression that lasts longer, or comes and stays."""
    rise = random.uniform(0.1, 0.8) * fps
    hold = float(np.exp(random.uniform(np.log(0.3), np.log(5.0)))) * fps
    fall = random.uniform(0.1, 1.0) * fps
    return Course(onset, onset + rise, onset + rise + hold, onset + rise + hold + fall)


def large_course(random: np.random.Generator, onset: float, fps: float) -> Course:
    """As short as a micro-expression, or shorter, but for what moves more than one can."""
    length = random.uniform(0.1, 0.6) * fps
    apex = onset + length * random.uniform(0.25, 0.6)
    return Course(onset, apex, apex, onset + length)


MOUTH_UNITS = (10, 12, 15, 17, 20, 24, 26)


def add_speech(rows: NDArray[Any], random: np.random.Generator, fps: float, k_frames: int) -> None:
    """A mouth that speaks for some seconds: several units, each at rates of syllables."""
    frames = np.arange(len(rows) + k_frames)
    begin = random.uniform(-0.5, 0.7) * len(rows)
    length = random.uniform(0.4, 1.5) * len(rows)
    gate = np.clip((frames - begin) / (0.2 * fps), 0, 1) * np.clip(
        (begin + length - frames) / (0.2 * fps), 0, 1
    )
    size = np.exp(random.uniform(np.log(1.0), np.log(10.0))) * PX200_TO_CROP
    for unit in random.choice(MOUTH_UNITS, 3, replace=False):
        wave = np.zeros(len(frames))
        for _ in range(3):
            rate = random.uniform(1.5, 7.0) / fps
            wave += random.uniform(0.3, 1) * np.sin(2 * np.pi * (rate * frames + random.random()))
        moved = (gate * wave)[k_frames:] - (gate * wave)[:-k_frames]
        field = random_field(random, (int(unit),)) * size * random.uniform(0.2, 0.6)
        rows += moved[:, None, None, None].astype(np.float32) * field
