"""Pieces of sequences for training, and what is planted into them."""

import numpy as np
import pytest

import made_up_sequences
from mestr.train.planted_flow import CHOICES, UNITS, Course, add_motion, random_field
from mestr.train.samples import join
from mestr.train.sequence_batches import (
    NO_CLASS,
    BatchMaker,
    BatchOptions,
    stretches_of,
    targets_of,
)
from mestr.train.sequence_network import GRID, plane_motion

CLASSES = ["negative", "positive", "surprise"]
PLAIN = {"plant": 0.0, "distract": 0.0, "pieces": 4}


@pytest.fixture
def videos(tmp_path):
    folder = made_up_sequences.write(tmp_path / "features")
    return join(folder.read(), folder.labels(), print)


def test_a_row_is_a_positive_where_its_first_frame_lies_within(videos):
    stretch = stretches_of(videos, 1)[0]
    spot, kinds = targets_of(stretch, 0, 80, CLASSES)
    onset, offset = made_up_sequences.EXPRESSION
    assert list(np.flatnonzero(spot)) == list(range(onset, offset + 1))
    assert set(kinds[spot == 1]) == {CLASSES.index("positive")}
    assert set(kinds[spot == 0]) == {NO_CLASS}


def test_stretches_do_not_go_across_a_pause(tmp_path):
    folder = made_up_sequences.write(tmp_path / "features", pause_at=40)
    parts = stretches_of(join(folder.read(), folder.labels(), print), 1)
    assert [(s.first_row, s.first_frame, s.length) for s in parts[:2]] == [(0, 0, 37), (37, 40, 57)]


def test_the_same_seed_gives_the_same_batches(videos):
    first, second = (BatchMaker(videos, CLASSES, BatchOptions(), seed=3) for _ in range(2))
    for a, b in zip(first.next(), second.next(), strict=True):
        np.testing.assert_array_equal(a, b)
    other = BatchMaker(videos, CLASSES, BatchOptions(), seed=4)
    assert not np.array_equal(first.next().rows, other.next().rows)


def test_rows_after_a_stretchs_end_are_not_valid(videos):
    batch = BatchMaker(videos, CLASSES, BatchOptions(rows=128, **PLAIN), seed=1).next()
    assert set(batch.valid.sum(axis=1)) == {97.0}
    assert not batch.spot[batch.valid == 0].any()


def test_planted_expressions_are_labelled_and_move_the_rows(videos):
    options = BatchOptions(plant=1.0, distract=0.0, pieces=8)
    batch = BatchMaker(videos, CLASSES, options, seed=1).next()
    assert 0.1 < batch.spot.mean() < 0.6
    assert set(batch.classes[batch.spot == 1]) == {0, 1, 2}
    speed = np.abs(batch.rows).max(axis=(2, 3, 4))
    assert speed[batch.spot == 1].mean() > 1.5 * speed[batch.spot == 0].mean()


def test_what_distracts_is_no_expression(videos):
    plain = BatchMaker(videos, CLASSES, BatchOptions(**PLAIN), seed=2)
    moved = BatchMaker(videos, CLASSES, BatchOptions(**{**PLAIN, "distract": 1.0}), seed=2)
    quiet, loud = plain.next(), moved.next()
    assert np.abs(loud.rows).max() > 3 * np.abs(quiet.rows).max()
    assert loud.spot.sum() <= 15 * PLAIN["pieces"]  # the labelled ones alone


@pytest.mark.parametrize("units", sorted({units for kinds in CHOICES.values() for units in kinds}))
def test_a_planted_field_is_smooth_and_its_longest_vector_is_one(units):
    field = random_field(np.random.default_rng(1), units)
    length = np.hypot(field[0], field[1])
    assert length.max() == pytest.approx(1, abs=1e-5)
    assert np.abs(np.diff(length, axis=0)).max() < 0.6
    assert length.min() < 0.05  # it moves a part of the face


@pytest.mark.parametrize(
    "unit, channel, sign, upper",
    [(1, 1, -1, True), (2, 1, -1, True), (15, 1, 1, False), (12, 1, -1, False)],
)
def test_units_move_their_part_of_the_face(unit, channel, sign, upper):
    assert unit in UNITS
    field = random_field(np.random.default_rng(5), (unit,))
    row = int(np.hypot(field[0], field[1]).max(axis=1).argmax())
    assert (row < GRID / 2) == upper
    assert np.sign(field[channel].sum()) == sign


@pytest.mark.parametrize("unit", [2, 12, 15, 20])
def test_units_move_both_sides_of_the_middle_where_their_muscle_is(unit):
    fields = [random_field(np.random.default_rng(seed), (unit,)) for seed in range(40)]
    length = np.mean([np.hypot(field[0], field[1]) for field in fields], axis=0)
    across, down = length.mean(axis=0), length.mean(axis=1)
    place = (np.arange(GRID) + 0.5) / GRID
    outwards, height = UNITS[unit][0].place
    left, right = across[: GRID // 2], across[GRID // 2 :]
    assert place[down.argmax()] == pytest.approx(height, abs=0.06)
    assert 0.5 - place[left.argmax()] == pytest.approx(outwards, abs=0.06)
    assert place[GRID // 2 + right.argmax()] - 0.5 == pytest.approx(outwards, abs=0.06)
    assert left.sum() == pytest.approx(right.sum(), rel=0.25)


def test_an_expression_goes_out_and_comes_back():
    course = Course(onset=10, apex=14, hold_end=16, offset=22)
    assert list(course.at(np.array([0, 10, 14, 16, 22, 30]))) == pytest.approx([0, 0, 1, 1, 0, 0])
    rows = np.zeros((40, 2, GRID, GRID), np.float32)
    add_motion(rows, course, np.ones((2, GRID, GRID), np.float32), 3)
    assert rows.sum() == pytest.approx(0, abs=1e-2)
    assert rows[8:13].min() >= 0 and rows[17:22].max() <= 0


def test_a_planes_motion_has_eight_orthonormal_parts():
    basis = plane_motion()
    np.testing.assert_allclose(basis.T @ basis, np.eye(8), atol=1e-5)
    shift = np.zeros((2, GRID, GRID), np.float32)
    shift[0] = 2.5
    flat = shift.ravel()
    np.testing.assert_allclose(flat - basis @ (basis.T @ flat), 0, atol=1e-4)
