"""What is planted when, by chance, and what is said of the face meanwhile."""

import random
from itertools import pairwise

import numpy as np
import pytest

import made_up_face
from mestr.errors import InputError
from mestr_plant import drawing
from mestr_plant.drawing import LENGTH_S, Plan, draw
from mestr_plant.face_motion import doing, measure, smoothed
from mestr_plant.units import VARIANTS

POINTS = made_up_face.landmarks()


def a_draw(seed=1, plan=None, seconds=60, fps=30, usable=None):
    times_s = np.arange(seconds * fps) / fps
    usable = np.ones(len(times_s), bool) if usable is None else usable
    return draw(plan or Plan(), seed, "anna", times_s, usable), times_s


@pytest.mark.parametrize("fps", [12, 24, 30, 60, 200])
def test_what_is_drawn_keeps_to_the_plan(fps):
    for seed in range(5):
        drawn_ones, times_s = a_draw(seed, fps=fps)
        assert 10 <= len(drawn_ones) <= 14
        for e in drawn_ones:
            assert e.onset < e.apex <= e.hold < e.offset
            assert times_s[e.offset] - times_s[e.onset] <= LENGTH_S[1] + 1 / fps
            assert e.offset - e.onset + 1 >= max(4, LENGTH_S[0] * fps)
            assert 1 <= e.px200 <= 4 and e.units in VARIANTS[e.emotion] and max(e.sides) == 1
        ends = [(a.offset, b.onset) for a, b in pairwise(drawn_ones)]
        assert all(times_s[b] - times_s[a] >= 0.7 for a, b in ends)
        counts = [sum(e.emotion == emotion for e in drawn_ones) for emotion in VARIANTS]
        assert max(counts) - min(counts) <= 1


def test_the_same_seed_and_name_give_the_same_draw():
    assert a_draw(1)[0] == a_draw(1)[0] != a_draw(2)[0]
    times_s = np.arange(1800) / 30
    assert draw(Plan(), 1, "ben", times_s, np.ones(1800, bool)) != a_draw(1)[0]


def test_nothing_is_drawn_where_no_face_is_seen():
    usable = np.zeros(1800, bool)
    usable[600:700] = usable[1000:1060] = True
    drawn_ones, _ = a_draw(plan=Plan(per_minute=60), usable=usable)
    assert drawn_ones
    assert all(usable[e.onset - 4 : e.offset + 5].all() for e in drawn_ones)
    assert a_draw(usable=np.zeros(1800, bool))[0] == []


def test_nothing_goes_across_a_gap_of_the_clock():
    times_s = np.arange(300) / 30 + np.where(np.arange(300) >= 150, 5.0, 0.0)
    for seed in range(8):
        for e in draw(Plan(per_minute=60), seed, "a", times_s, np.ones(300, bool)):
            assert not e.onset - 2 <= 150 <= e.offset + 2


def test_too_few_frames_a_second_are_refused():
    with pytest.raises(InputError, match=r"^4 frames a second are too few"):
        a_draw(fps=4)


def test_it_rises_to_the_apex_and_falls():
    for e in a_draw()[0]:
        times_s = np.arange(1800) / 30
        strengths = [e.strength(i, times_s) for i in range(e.onset - 1, e.offset + 2)]
        at = e.apex - e.onset + 1
        assert strengths[0] == pytest.approx(0) and strengths[-1] == pytest.approx(0)
        assert strengths[at] == 1 and min(strengths[1:-1]) > 0
        assert np.all(np.diff(strengths[: at + 1]) > 0) and np.all(np.diff(strengths[at:]) <= 0)


def test_contempt_is_mostly_on_one_side():
    chance = random.Random(4)
    sides = [drawing.draw_sides(chance, ("AU14",)) for _ in range(200)]
    assert 0.75 < np.mean([min(s) < 0.5 for s in sides]) < 0.95
    sides = [drawing.draw_sides(chance, ("AU12",)) for _ in range(200)]
    assert 0.05 < np.mean([min(s) < 0.5 for s in sides]) < 0.25


def test_motion_is_that_of_the_head_and_of_the_face_apart():
    points = np.repeat(POINTS[None], 60, 0)
    points[:, :, 0] += 1.5 * np.arange(60)[:, None]  # the head moves
    points[30:, 48:68, 1] += 0.8 * np.arange(30)[:, None]  # the mouth goes down
    motion = measure(points, np.arange(60) / 30)
    assert motion.head_px200[10:50] == pytest.approx(1.5, abs=0.01)
    assert motion.face_px200[5:20] == pytest.approx(0, abs=0.01)
    assert motion.face_px200[40:50] == pytest.approx(0.8, abs=0.01)
    assert doing(motion, 5, 20).context(1 / 30) == "calm"
    assert doing(motion, 5, 20).context(1 / 60) == "head moving"  # 90 px/s


def test_a_turning_head_is_no_expression():
    angles = np.linspace(0, 0.5, 40)
    turn = np.array([[[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]] for a in angles])
    motion = measure((POINTS - 160) @ turn + 160, np.arange(40) / 30)
    assert motion.face_px200[3:37].max() < 0.02


def test_a_blink_a_talking_face_and_no_face_are_told():
    motion = measure(made_up_face.swaying(120), np.arange(120) / 30)
    assert doing(motion, 38, 48).context(1 / 30) == "blink"
    assert doing(motion, 60, 70).context(1 / 30) == "calm"
    points = made_up_face.swaying(120)
    points[60:70, 48:68, 1] += 12 * (np.arange(10) % 4 > 1)[:, None]
    points[80:90] = np.nan
    motion = measure(points, np.arange(120) / 30)
    assert doing(motion, 60, 70).context(1 / 30) == "speech or expression"
    assert doing(motion, 75, 82).context(1 / 30) == "no face"


def test_smoothing_leaves_what_was_not_found():
    points = np.repeat(POINTS[None], 20, 0)
    points[8:10] = np.nan
    out = smoothed(points, 2.0)
    assert np.isnan(out[8:10]).all() and np.allclose(out[~np.isnan(out)], points[~np.isnan(points)])
