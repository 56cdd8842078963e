"""How action units move a picture, on made-up landmarks."""

import numpy as np
import pytest

import made_up_face
from mestr_plant.units import MIRRORED, UNITS, VARIANTS
from mestr_plant.warp import shift_field, warped

POINTS = made_up_face.landmarks()


def test_every_landmark_has_its_mirror_image():
    assert sorted(MIRRORED) == sorted(MIRRORED.values()) == list(range(68))
    assert all(MIRRORED[MIRRORED[i]] == i for i in MIRRORED)
    flipped = POINTS.copy()
    flipped[:, 0] = 320 - flipped[:, 0]
    assert np.allclose(flipped[[MIRRORED[i] for i in range(68)]], POINTS, atol=1e-9)


def test_variants_are_of_known_units_several_a_class():
    for variants in VARIANTS.values():
        assert len(set(variants)) >= 3
        assert all(unit in UNITS for variant in variants for unit in variant)


DIRECTIONS = {  # the landmark that a unit moves most clearly, and where to: away from the middle, down
    "AU1": (21, (0, -1)),
    "AU2": (18, (0, -1)),
    "AU4": (21, (-1, 1)),
    "AU5": (37, (0, -1)),
    "AU6": (41, (0, -1)),
    "AU7": (41, (0, -1)),
    "AU9": (31, (1, -1)),
    "AU10": (49, (1, -1)),
    "AU12": (48, (1, -1)),
    "AU14": (48, (1, 0)),
    "AU15": (48, (0, 1)),
    "AU17": (57, (0, -1)),
    "AU20": (48, (1, 0)),
    "AU24": (51, (0, 1)),
    "AU25": (57, (0, 1)),
    "AU26": (8, (0, 1)),
}


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_moves_its_landmarks_as_its_muscle_does_on_both_sides(unit):
    landmark, (outward, down) = DIRECTIONS[unit]
    field = shift_field([unit], (1.0, 1.0), POINTS, 3.0)
    for side, i in enumerate((landmark, MIRRORED[landmark])):
        dx, dy = (float(v) for v in field.at(*POINTS[i]))
        dx = dx if side else -dx  # the left of the picture is away from the middle there
        assert np.hypot(dx, dy) > 0.5
        assert np.sign(round(dy, 1)) == down or (down == 0 and abs(dy) < abs(dx))
        assert np.sign(round(dx, 1)) == outward or (outward == 0 and abs(dx) < 0.5 * abs(dy))


@pytest.mark.parametrize("units", sorted({v for vs in VARIANTS.values() for v in vs}))
def test_the_largest_shift_is_what_was_asked_for_and_never_folds(units):
    field = shift_field(units, (1.0, 0.8), POINTS, 4.0)
    x, y = np.meshgrid(np.arange(0.0, 320), np.arange(0.0, 300))
    dx, dy = field.at(x, y)
    assert np.hypot(dx, dy).max() == pytest.approx(4.0, rel=0.02)
    slopes = [np.gradient(d, axis=axis) for d in (dx, dy) for axis in (0, 1)]
    assert max(np.abs(s).max() for s in slopes) < 0.8  # below 1: no two points come to one place


def test_size_is_told_for_a_face_of_200_px():
    field = shift_field(["AU12"], (1.0, 1.0), 2.5 * POINTS, 2.0)
    x, y = np.meshgrid(np.arange(0.0, 800), np.arange(0.0, 750))
    assert np.hypot(*field.at(x, y)).max() == pytest.approx(5.0, rel=0.02)


def test_the_source_of_a_point_is_what_the_shift_takes_there():
    field = shift_field(["AU4", "AU15"], (1.0, 1.0), POINTS, 5.0)
    x, y = np.meshgrid(np.arange(60.0, 260, 3), np.arange(60.0, 260, 3))
    sx, sy = field.source_of(x, y)
    dx, dy = field.at(sx, sy)
    assert np.abs([sx + dx - x, sy + dy - y]).max() < 0.02


def test_one_side_can_be_stronger():
    field = shift_field(["AU12"], (0.25, 1.0), POINTS, 2.0)
    left, right = (np.hypot(*field.at(*POINTS[i])) for i in (48, 54))
    assert left == pytest.approx(0.25 * right, rel=0.02)


@pytest.mark.parametrize("px200", [0.3, 1.0, 4.0])
def test_the_picture_moves_by_what_the_truth_says(px200):
    places = POINTS[[19, 24, 48, 54]]
    field = shift_field(["AU4", "AU15"], (1.0, 0.8), POINTS, px200)
    before, after = made_up_face.dotted(places), warped(made_up_face.dotted(places), field)
    for place in places:
        shift = made_up_face.centre_of(after, place) - made_up_face.centre_of(before, place)
        assert np.allclose(shift, np.ravel(field.at(*place)), atol=0.03 + 0.06 * px200)


def test_pixels_beyond_the_unit_are_the_same():
    frame = made_up_face.picture()
    field = shift_field(["AU12"], (1.0, 1.0), POINTS, 4.0)
    after = warped(frame, field)
    (x0, x1), (y0, y1) = field.bounds()
    outside = np.ones(frame.shape[:2], bool)
    outside[int(y0) : int(y1) + 2, int(x0) : int(x1) + 2] = False
    assert (after[outside] == frame[outside]).all() and (after != frame).any()
    # Between the corners of the mouth, too, within the rectangle.
    between = np.s_[int(y0) + 2 : int(y0) + 6, 158:162]
    assert (after[between] == frame[between]).all()


def test_a_face_at_the_edge_of_the_picture_is_moved_as_far_as_it_is_there():
    frame = made_up_face.picture()
    for shift in ((-150, 0), (0, 250), (1000, 0)):
        moved = warped(frame, shift_field(["AU12", "AU6"], (1.0, 1.0), POINTS + shift, 4.0))
        assert moved.shape == frame.shape
    assert (moved == frame).all()
