"""Pieces of labelled sequences, as the network of sequences is trained on them."""

import itertools
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mestr.labels import Label
from mestr.train.kinds import SEQUENCE_ROWS
from mestr.train.planted_flow import (
    CHOICES,
    PX200_TO_CROP,
    add_motion,
    add_speech,
    all_units,
    large_course,
    macro_course,
    random_course,
    random_field,
)
from mestr.train.samples import LabelledVideo
from mestr.train.sequence_options import BatchOptions
from mestr.train.videos import Video

NO_CLASS = -1


class Batch(NamedTuple):
    rows: NDArray[np.float32]  # float32 [B, T, 2, 32, 32]
    spot: NDArray[np.float32]  # float32 [B, T], 1 within a micro-expression
    classes: NDArray[np.int64]  # int64 [B, T], NO_CLASS outside
    valid: NDArray[np.float32]  # float32 [B, T], 0 after the end of a stretch


class Stretch(NamedTuple):
    """Rows that follow each other."""

    video: Video
    first_row: int
    first_frame: int
    length: int
    expressions: list[Label]


def stretches_of(videos: Sequence[LabelledVideo[Video]], at_least: int) -> list[Stretch]:
    found = []
    for entry in videos:
        frames = entry.video.row_frames
        starts = [0, *(np.flatnonzero(np.diff(frames) != 1) + 1), len(frames)]
        for begin, end in itertools.pairwise(starts):
            if end - begin >= at_least:
                found.append(
                    Stretch(
                        entry.video,
                        int(begin),
                        int(frames[begin]),
                        int(end - begin),
                        entry.expressions,
                    )
                )
    return found


def targets_of(
    stretch: Stretch, begin: int, rows: int, classes: Sequence[str]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Of rows [begin, begin + rows) of the stretch; a row stands for its first frame."""
    frames = stretch.first_frame + begin + np.arange(rows)
    spot, kinds = np.zeros(rows, np.float32), np.full(rows, NO_CLASS, np.int64)
    for expression in stretch.expressions:
        within = (frames >= expression.onset) & (frames <= expression.offset)
        spot[within] = 1
        if expression.emotion in classes:
            kinds[within] = classes.index(expression.emotion)
    return spot, kinds


class BatchMaker:
    """Endless batches; the same seed gives the same ones."""

    def __init__(
        self,
        videos: Sequence[LabelledVideo[Video]],
        classes: Sequence[str],
        options: BatchOptions,
        seed: int,
    ):
        self._stretches = stretches_of(videos, options.rows // 4)
        lengths = np.array([stretch.length for stretch in self._stretches], float)
        self._shares = lengths / lengths.sum()
        self._classes = list(classes)
        self._options = options
        self._random = np.random.default_rng(seed)
        self._planted = [name for name in self._classes if name in CHOICES]

    def next(self) -> Batch:
        pieces = [self._piece() for _ in range(self._options.pieces)]
        return Batch(*(np.stack(parts) for parts in zip(*pieces, strict=True)))

    def _piece(self) -> Batch:
        random, length = self._random, self._options.rows
        stretch = self._stretches[random.choice(len(self._stretches), p=self._shares)]
        begin = int(random.integers(0, max(1, stretch.length - length + 1)))
        count = min(length, stretch.length - begin)
        rows = np.zeros((length, *SEQUENCE_ROWS.shape), np.float32)
        first = stretch.first_row + begin
        rows[:count] = stretch.video.pair_features()[first : first + count]
        spot, kinds = targets_of(stretch, begin, length, self._classes)
        valid = (np.arange(length) < count).astype(np.float32)
        piece = Batch(rows, spot, kinds, valid)
        if self._planted and random.random() < self._options.plant:
            self._plant(piece, stretch.video)
        if random.random() < self._options.distract:
            self._distract(piece, stretch.video)
        return self._varied(piece)

    def _plant(self, piece: Batch, video: Video) -> None:
        random, fps = self._random, video.fps
        time = random.uniform(-0.3, self._options.gap_s) * fps
        frames = np.arange(len(piece.rows))
        while time < len(frames):
            course = random_course(random, time, fps)
            within = (frames >= course.onset) & (frames <= course.offset)
            near = (frames >= course.onset - 0.3 * fps) & (frames <= course.offset + 0.3 * fps)
            if not piece.spot[near].any():
                name = self._planted[random.integers(len(self._planted))]
                units = CHOICES[name][random.integers(len(CHOICES[name]))]
                px = random.uniform(*self._options.px200) * PX200_TO_CROP
                add_motion(piece.rows, course, random_field(random, units) * px, video.k_frames)
                piece.spot[within] = 1
                piece.classes[within] = self._classes.index(name)
            time = course.offset + (0.4 + random.exponential(self._options.gap_s)) * fps

    def _distract(self, piece: Batch, video: Video) -> None:
        """What lasts longer than a micro-expression, moves more, or speaks; apart from those."""
        random, fps, frames = self._random, video.fps, np.arange(len(piece.rows))
        if random.random() < 0.4 and not piece.spot.any():
            add_speech(piece.rows, random, fps, video.k_frames)
        for _ in range(int(random.integers(1, 5))):
            start = random.uniform(-0.2, 1) * len(frames)
            if random.random() < 0.4:
                course, low, high = macro_course(random, start, fps), 1.0, 20.0
            else:
                course, low, high = large_course(random, start, fps), 6.5, 25.0
            moving = (frames >= course.onset - 3) & (frames <= course.apex + 3)
            moving |= (frames >= course.hold_end - 3) & (frames <= course.offset + 3)
            if piece.spot[moving].any():
                continue
            px = np.exp(random.uniform(np.log(low), np.log(high))) * PX200_TO_CROP
            field = random_field(random, all_units(random)) * np.float32(px)
            add_motion(piece.rows, course, field, video.k_frames)

    def _varied(self, piece: Batch) -> Batch:
        """The face in a mirror, a little larger or smaller, seen by a noisier camera; time running
        backwards, which turns the flow around."""
        random = self._random
        rows = piece.rows * np.float32(random.uniform(0.85, 1.15))
        if random.random() < 0.5:
            rows = rows[:, :, :, ::-1] * np.array([-1, 1], np.float32)[:, None, None]
        noise = random.uniform(0, 0.06)
        rows = rows + noise * random.standard_normal(rows.shape, np.float32)
        return piece._replace(rows=rows.astype(np.float32))
