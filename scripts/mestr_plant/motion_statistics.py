"""Spectra and amplitudes of a face's motion, its blinks, and the noise of its camera."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from mestr.errors import InputError

from .face_motion import FACE_PX, MIMIC, STILL, face_width
from .footage import Footage
from .landmarks import find_landmarks

Array = np.ndarray
Figures = dict[str, Any]  # a figure, or more of them by name

BANDS_HZ = [(0.1, 0.3), (0.3, 1), (1, 2), (2, 4), (4, 8), (8, 12.5)]
QUANTILES = [0.1, 0.5, 0.9, 0.99]
BROWS, MOUTH = [p for p in MIMIC if p < 27], [p for p in MIMIC if p >= 48]
LONGEST_BLINK_S = 0.6  # what takes longer is a look down


def measure(path: Path) -> Figures:
    footage = Footage(path)
    frames = [np.ascontiguousarray(frame) for frame in footage.frames_bgr()]
    times_s = footage.clock.times_s()
    if len(frames) < 50:
        raise InputError(f"{path}: has {len(frames)} frames; 50 at least are needed")
    fps = (len(times_s) - 1) / float(times_s[-1] - times_s[0])
    found = find_landmarks(frames)
    seen = float(np.isfinite(found[:, 0, 0]).mean())
    if seen < 0.8:
        raise InputError(f"{path}: a face in {seen:.0%} of its frames; 80 % at least are needed")
    points = without_holes(found)
    tracks = tracks_of(points)
    figures: Figures = {"fps": fps, "seconds": len(frames) / fps, "seen": seen}
    for name, track in tracks.items():
        if name.endswith("_step_px"):
            figures[name] = quantiles(track * fps / 30)
        elif name != "eye_open_px":
            figures[name] = band_rms(track, fps)
    figures["blinks"] = blinks_of(tracks["eye_open_px"], fps)
    figures["mouth"] = mouth_of(tracks["mouth_open_px"], fps)
    figures["camera"] = noise_of(frames) | brightness_of(frames, points, fps)
    return figures


def without_holes(points: Array) -> Array:
    """Frames without a face get what lies between those beside them."""
    index, seen = np.arange(len(points)), np.isfinite(points[:, 0, 0])
    flat = points.reshape(len(points), -1)
    columns = [np.interp(index, index[seen], column[seen]) for column in flat.T]
    return np.stack(columns, 1).reshape(points.shape)


def tracks_of(points: Array) -> dict[str, Array]:
    """By frame, or for steps from frame to frame: px at a face width of 200, degrees, percent."""
    z = (points[..., 0] + 1j * points[..., 1]) * FACE_PX / np.median(face_width(points))
    mean = z[:, STILL].mean(0)
    centre, middle = z[:, STILL].mean(1), mean.mean()
    spread = mean - middle
    turn = ((z[:, STILL] - centre[:, None]) * spread.conj()).sum(1) / (abs(spread) ** 2).sum()
    own = (z - centre[:, None]) / turn[:, None]  # without the head's motion in the picture
    nose = own[:, 30] - (own[:, 36] + own[:, 45]) / 2
    # The nose's tip stands out by about half of the distance between the eyes' outer corners.
    depth = 0.5 * abs(own[:, 45] - own[:, 36])
    lids = [(37, 41), (38, 40), (43, 47), (44, 46)]
    lips = [(61, 67), (62, 66), (63, 65)]
    return {
        "x_px": centre.real,
        "y_px": centre.imag,
        "scale_percent": 100 * abs(turn),
        "roll_deg": np.degrees(np.angle(turn)),
        "yaw_deg": np.degrees(nose.real / depth),
        "pitch_deg": np.degrees(nose.imag / depth),
        "brow_px": (own[:, [19, 24]] - own[:, [36, 45]]).imag.mean(1),
        "mouth_open_px": np.mean([abs(own[:, a] - own[:, b]) for a, b in lips], 0),
        "mouth_width_px": abs(own[:, 54] - own[:, 48]),
        "eye_open_px": np.mean([abs(own[:, a] - own[:, b]) for a, b in lids], 0),
        "head_step_px": abs(np.diff(z[:, STILL], axis=0)).mean(1),
        "brow_step_px": abs(np.diff(own[:, BROWS], axis=0)).max(1),
        "mouth_step_px": abs(np.diff(own[:, MOUTH], axis=0)).max(1),
    }


def spectrum(track: Array, fps: float, window_s: float) -> tuple[Array, Array]:
    """Frequencies in Hz and power in each, by Welch's method: half-overlapping Hann windows, each
    without its straight line."""
    length = min(len(track), round(window_s * fps))
    window = np.hanning(length + 1)[:-1]
    line = np.stack([np.ones(length), np.arange(length)], 1)
    powers = []
    for start in range(0, len(track) - length + 1, max(1, length // 2)):
        part = track[start : start + length]
        part = part - line @ np.linalg.lstsq(line, part, rcond=None)[0]
        powers.append(abs(np.fft.rfft(part * window)) ** 2)
    power = 2 * np.mean(powers, 0) / (length * (window**2).sum())
    return np.fft.rfftfreq(length, 1 / fps), power


def band_rms(track: Array, fps: float) -> Figures:
    frequency, power = spectrum(track, fps, window_s=8)
    return {
        f"{low:g}-{high:g}": float(np.sqrt(power[(frequency >= low) & (frequency < high)].sum()))
        for low, high in BANDS_HZ
        if high <= fps / 2
    }


def quantiles(values: Array) -> Figures:
    return {f"q{round(100 * q)}": float(np.quantile(values, q)) for q in QUANTILES}


def blinks_of(opening: Array, fps: float) -> Figures:
    """Both eyes less than three quarters as open as usual around; lengths at half of the depth."""
    reach = round(1.5 * fps)
    around = [opening[max(0, i - reach) : i + reach + 1] for i in range(len(opening))]
    closed = 1 - opening / np.array([np.quantile(part, 0.75) for part in around])
    lengths, depths = [], []
    for begin, end in runs(closed > 0.25):
        depth = closed[begin:end].max()
        first = last = begin + int(closed[begin:end].argmax())
        while first > 0 and closed[first - 1] > depth / 2:
            first -= 1
        while last + 1 < len(closed) and closed[last + 1] > depth / 2:
            last += 1
        if (last - first + 1) / fps <= LONGEST_BLINK_S:
            lengths.append((last - first + 1) / fps)
            depths.append(depth)
    return {
        "per_minute": 60 * len(lengths) * fps / len(opening),
        "half_length_s": float(np.median(lengths)) if lengths else None,
        "depth": float(np.median(depths)) if depths else None,
    }


def runs(mask: Array) -> Iterator[tuple[int, int]]:
    """Begin and end of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(int)))
    yield from zip(edges[::2], edges[1::2], strict=True)


def mouth_of(opening: Array, fps: float) -> Figures:
    speed = np.diff(opening) * fps
    frequency, power = spectrum(speed, fps, window_s=4)
    return {
        "open_q50_px": float(np.quantile(opening, 0.5)),
        "open_q95_px": float(np.quantile(opening, 0.95)),
        "speed_q50_px_s": float(np.quantile(abs(speed), 0.5)),
        "speed_q95_px_s": float(np.quantile(abs(speed), 0.95)),
        "speed_centroid_hz": float((frequency * power).sum() / power.sum()),
    }


def noise_of(frames: list[Array]) -> Figures:
    """Where the picture is flat and nothing moves, in gray levels; how much of it the next frame and
    the next pixel have, too."""
    gray = np.stack([cv2.cvtColor(f, cv2.COLOR_BGR2GRAY) for f in frames]).astype(np.float32)
    mean = gray.mean(0)
    slope = np.hypot(cv2.Sobel(mean, cv2.CV_32F, 1, 0), cv2.Sobel(mean, cv2.CV_32F, 0, 1))
    slope = cv2.GaussianBlur(slope, (0, 0), 2)
    fine = np.stack([g - cv2.GaussianBlur(g, (0, 0), 2) for g in gray])
    fine -= fine.mean(0)
    spread = fine.std(0)
    usable = (mean > 25) & (mean < 235)
    if not usable.any():
        return {}
    flat = usable & (slope <= np.quantile(slope[usable], 0.25)) & (spread <= np.median(spread))
    rows, columns = np.nonzero(flat[:, :-1])
    noise, beside = fine[:, rows, columns], fine[:, rows, columns + 1]
    power = max(1e-9, float((noise**2).mean()))
    return {
        "noise_gray": power**0.5,
        "noise_of_next_frame": float((noise[1:] * noise[:-1]).mean()) / power,
        "noise_of_next_pixel": float((noise * beside).mean()) / power,
    }


def brightness_of(frames: list[Array], points: Array, fps: float) -> Figures:
    levels = []
    for frame, face in zip(frames, points[:, [31, 35, 36, 39, 42, 45]], strict=True):
        x0, y0 = np.maximum(face.min(0).astype(int), 0)
        x1, y1 = face.max(0).astype(int) + 1
        levels.append(float(frame[y0:y1, x0:x1].mean()))
    level = np.array(levels)
    return {
        "face_level": float(level.mean()),
        "level_percent": band_rms(100 * level / level.mean(), fps),
    }


def flat_figures(figures: Figures, prefix: str = "") -> Iterator[tuple[str, float | None]]:
    for name, value in figures.items():
        if isinstance(value, dict):
            yield from flat_figures(value, f"{prefix}{name} ")
        else:
            yield prefix + name, value


def table(results: dict[str, Figures]) -> str:
    """A line for each figure: the median, then each video's."""
    columns = [dict(flat_figures(figures)) for figures in results.values()]
    names = "".join(f" {name[-9:]:>9}" for name in results)
    lines = [f"{'figure':28} {'median':>9}{names}"]
    for figure in dict.fromkeys(name for column in columns for name in column):
        values = [column.get(figure) for column in columns]
        known = [value for value in values if value is not None]
        median = float(np.median(known)) if known else None
        shown = (
            f" {value:9.3f}" if value is not None else f" {'-':>9}" for value in [median, *values]
        )
        lines.append(f"{figure:28}{''.join(shown)}")
    return "\n".join(lines) + "\n"
