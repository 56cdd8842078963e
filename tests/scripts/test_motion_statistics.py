"""What is measured on footage: on made-up tracks of which it is known."""

import math

import numpy as np
import pytest

from mestr_plant import motion_statistics as statistics

FPS = 30


def seconds(length):
    return np.arange(round(length * FPS)) / FPS


def test_a_sine_has_its_rms_in_its_band():
    track = 3 * np.sin(2 * math.pi * 1.5 * seconds(16)) + 5 + 0.2 * seconds(16)
    bands = statistics.band_rms(track, FPS)
    assert bands["1-2"] == pytest.approx(3 / math.sqrt(2), rel=0.02)
    assert bands["4-8"] < 0.02


def test_bands_beyond_the_frame_rate_are_left_out():
    assert "8-12.5" not in statistics.band_rms(np.sin(seconds(8)), 24)


def test_blinks_are_counted_and_looks_down_are_not():
    opening = np.full(20 * FPS, 10.0)
    for start in (60, 200, 310):
        opening[start : start + 7] = [8, 5, 2, 1, 3, 6, 9]
    opening[400:440] = 5  # 1.3 s
    blinks = statistics.blinks_of(opening, FPS)
    assert blinks["per_minute"] == pytest.approx(9)
    assert blinks["half_length_s"] == pytest.approx(4 / FPS)
    assert blinks["depth"] == pytest.approx(0.9)


def test_frames_without_a_face_get_what_lies_between():
    points = np.repeat(np.arange(5.0), 136).reshape(5, 68, 2)
    points[2] = np.nan
    assert statistics.without_holes(points)[2] == pytest.approx(2)


def head(turn_deg, shift, scale=1.0):
    """68 points of a plain face, 200 px wide, turned in the picture."""
    generator = np.random.default_rng(1)
    points = generator.uniform(-60, 60, (68, 2))
    points[0], points[16] = (-100, 0), (100, 0)
    points[36], points[45], points[30] = (-45, -30), (45, -30), (0, 10)
    turn = math.radians(turn_deg)
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    return scale * points @ rotation.T + shift


def test_the_heads_motion_is_told_apart_from_the_faces():
    still = [head(0, (200, 200))] * 4
    moved = [
        head(0, (200, 200)),
        head(3, (210, 195), 1.02),
        head(-2, (190, 200)),
        head(0, (200, 200)),
    ]
    tracks = statistics.tracks_of(np.array(still + moved))
    assert np.ptp(tracks["roll_deg"]) == pytest.approx(5, abs=0.2)
    assert np.ptp(tracks["scale_percent"]) == pytest.approx(2, abs=0.2)
    assert np.ptp(tracks["mouth_open_px"]) < 0.01
    assert tracks["head_step_px"][0] == 0 and tracks["head_step_px"][4] > 5
