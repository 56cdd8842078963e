"""A made-up face: landmarks where a face has them, and a textured picture under them. No face detector
would find it; the scripts take its landmarks from where they keep them."""

from fractions import Fraction

import cv2
import numpy as np

from mestr_plant.faces import keep, kept_file
from mestr_plant.footage import Clock, video_file

WIDTH_PX = 200.0  # of the face, from ear to ear
SIZE = (300, 320)  # height and width of the picture


def arc(first, last, bulge, count):
    """Points from one place to another, lifted in the middle."""
    t = np.linspace(0, 1, count)[:, None]
    straight = (1 - t) * np.array(first, float) + t * np.array(last, float)
    return straight + np.hstack([0 * t, 4 * t * (1 - t) * bulge])


def landmarks():
    """(68, 2), px."""
    eye = [(0, 0), (12, -7), (24, -7), (36, 0), (24, 6), (12, 6)]
    parts = [
        arc((60, 110), (260, 110), 160, 17),  # jaw, ear to ear
        arc((80, 92), (142, 94), -14, 5),
        arc((178, 94), (240, 92), -14, 5),
        arc((160, 112), (160, 165), 0, 4),  # bridge and base of the nose
        arc((142, 176), (178, 176), 6, 5),
        np.add((92, 115), eye),
        np.add((192, 115), eye),
        arc((125, 212), (195, 212), -8, 7),  # lips
        arc((185, 219), (135, 219), 14, 5),
        arc((132, 212), (188, 212), -2, 5),
        arc((180, 215), (140, 215), 6, 3),
    ]
    return np.vstack(parts)


def picture(seed=3):
    """Smooth random gray texture, uint8, BGR."""
    noise = np.random.default_rng(seed).standard_normal(SIZE).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), 2.0)
    gray = np.clip(128 + 35 * smooth / smooth.std(), 0, 255).astype(np.uint8)
    return np.repeat(gray[..., None], 3, 2)


def centre_of(frame, near, radius=12):
    """Of a bright dot, px."""
    x, y = (round(v) for v in near)
    part = frame[y - radius : y + radius + 1, x - radius : x + radius + 1, 0].astype(float) - 100
    ys, xs = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    return np.array([(xs * part).sum(), (ys * part).sum()]) / part.sum() + (x, y)


def dotted(places):
    """Dots of 2 px sigma on gray 100: what they do shows where the picture's points go."""
    ys, xs = np.mgrid[: SIZE[0], : SIZE[1]]
    dots = sum(np.exp(-((xs - x) ** 2 + (ys - y) ** 2) / 8) for x, y in places)
    return np.repeat(np.round(100 + 120 * dots)[..., None], 3, 2).astype(np.uint8)


def steady_clock(frames, fps=30):
    return Clock(list(range(frames)), Fraction(1, fps))


def swaying(frames):
    """Landmarks of a head that drifts by 3 px and blinks from frame 40 to 44: (frames, 68, 2)."""
    t = np.arange(frames)[:, None, None]
    points = landmarks() + np.concatenate([3 * np.sin(t / 25), 2 * np.cos(t / 31)], axis=2)
    middle = {37: 41, 38: 40, 43: 47, 44: 46}
    for upper, lower in middle.items():
        points[40:45, upper, 1] = points[40:45, lower, 1] - 1
    return points


def write_video(path, frames=120, clock=None, faces=None):
    """The texture, moving with the head. With `faces`, its landmarks are kept there."""
    clock = clock or steady_clock(frames)
    points, base = swaying(frames), picture()
    with video_file(path, clock, crf=10) as file:
        for shift in points[:, 30] - landmarks()[30]:
            matrix = np.float32([[1, 0, shift[0]], [0, 1, shift[1]]])
            moved = cv2.warpAffine(base, matrix, SIZE[::-1], borderMode=cv2.BORDER_REFLECT)
            file.write(moved)
    if faces is not None:
        keep(kept_file(path, faces), points, clock)
    return path
