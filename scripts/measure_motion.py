#!/usr/bin/env python3
"""How the faces in videos move, and what their cameras add: the figures that synthetic clips are held against.

    measure_motion.py VIDEO... [--json FILE]

Lengths are px at a face width of 200 (between the landmarks 0 and 16). For each video and, as "median", over all:
motion of head, brows and mouth in bands of frequency (RMS) and from frame to frame (quantiles), blinks, the mouth's
opening, noise and drift of the picture. Runs on any video with one face throughout. Needs OpenCV, NumPy, SciPy, dlib and
dlib's 68-point model.
"""

import argparse
import json
import sys
from pathlib import Path

import cv2
import dlib
import numpy as np
from scipy import ndimage, signal

LANDMARKS = "/usr/share/dlib/shape_predictor_68_face_landmarks.dat"
FACE_PX = 200.0
RIGID = [*range(27, 36), 36, 39, 42, 45]  # bridge and base of the nose, corners of the eyes
BROWS, MOUTH = [*range(17, 27)], [*range(48, 68)]
BANDS_HZ = [(0.1, 0.3), (0.3, 1), (1, 2), (2, 4), (4, 8), (8, 12.5)]
QUANTILES = [0.1, 0.5, 0.9, 0.99]


def read_frames(path):
    video = cv2.VideoCapture(str(path))
    fps, frames = video.get(cv2.CAP_PROP_FPS), []
    while (read := video.read())[0]:
        frames.append(read[1])
    if not frames:
        sys.exit(f"{path}: no frames")
    return frames, fps


class Landmarker:
    def __init__(self, model):
        self.detect, self.predict = (
            dlib.get_frontal_face_detector(),
            dlib.shape_predictor(str(model)),
        )

    def points(self, frame):
        """(68, 2) of the largest face, None without one; found at twice the size, as dlib gives whole px."""
        gray = cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)
        scale = min(1.0, 320 / max(gray.shape))
        small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        boxes = self.detect(small, 0) or self.detect(small, 1)
        if not boxes:
            return None
        box = max(boxes, key=lambda b: b.width())
        zoom = 600 / (box.width() / scale)
        large = cv2.resize(gray, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_LINEAR)
        corners = [
            int(v / scale * zoom) for v in (box.left(), box.top(), box.right(), box.bottom())
        ]
        shape = self.predict(large, dlib.rectangle(*corners))
        return np.array([(p.x / zoom, p.y / zoom) for p in shape.parts()])


def landmarks_of(frames, landmarker):
    """(n, 68, 2); frames without a face take the nearest frames' points, linearly."""
    found = [landmarker.points(frame) for frame in frames]
    seen = np.array([p is not None for p in found])
    if seen.mean() < 0.5:
        return None, seen
    points = np.full((len(frames), 68, 2), np.nan)
    points[seen] = [p for p in found if p is not None]
    index = np.arange(len(frames))
    for i in range(68):
        for k in range(2):
            points[~seen, i, k] = np.interp(index[~seen], index[seen], points[seen, i, k])
    return points, seen


def similarity(a, b):
    """Scale and rotation as a complex number, and shift: b = m * a + t, least squares; points as complex numbers."""
    a0, b0 = a.mean(), b.mean()
    m = np.vdot(a - a0, b - b0) / np.vdot(a - a0, a - a0)
    return m, b0 - m * a0


def tracks_of(points, fps):
    """Time series of the face, each in px at a face width of 200, degrees or parts."""
    width = np.median(np.linalg.norm(points[:, 16] - points[:, 0], axis=1))
    z = (points[..., 0] + 1j * points[..., 1]) * FACE_PX / width
    mean = z[:, RIGID].mean(0)
    fits = [similarity(mean, frame[RIGID]) for frame in z]
    m = np.array([f[0] for f in fits])
    own = (z - np.array([f[1] for f in fits])[:, None]) / m[:, None]  # in the mean face's frame
    eyes = np.abs(own[:, 45] - own[:, 36])
    centre = z[:, RIGID].mean(1)
    rigid_step = np.abs(np.diff(z[:, RIGID], axis=0)).mean(1)
    nose = own[:, 30] - (own[:, 36] + own[:, 45]) / 2
    openness = (np.abs(own[:, 37] - own[:, 41]) + np.abs(own[:, 38] - own[:, 40]) + np.abs(own[:, 43] - own[:, 47])
                + np.abs(own[:, 44] - own[:, 46])) / 4  # fmt: skip
    return {
        "x_px": centre.real,
        "y_px": centre.imag,
        "scale_percent": 100 * np.abs(m) / np.abs(m).mean(),
        "roll_deg": np.degrees(np.angle(m)),
        # The nose's tip stands out by about half of the distance of the eyes' outer corners.
        "yaw_deg": np.degrees(nose.real / (0.5 * eyes)),
        "pitch_deg": np.degrees(nose.imag / (0.5 * eyes)),
        "brow_px": (own[:, [19, 24]] - own[:, [36, 45]]).imag.mean(1) - own[:, 27].imag * 0,
        "mouth_open_px": np.abs(own[:, [61, 62, 63]] - own[:, [67, 66, 65]]).mean(1),
        "mouth_width_px": np.abs(own[:, 54] - own[:, 48]),
        "eye_open_px": openness,
        "head_step_px": rigid_step,
        "brow_step_px": np.abs(np.diff(own[:, BROWS], axis=0)).max(1),
        "mouth_step_px": np.abs(np.diff(own[:, MOUTH], axis=0)).max(1),
    }


def band_rms(track, fps):
    """RMS within each band, from Welch's spectrum over windows of at most 8 s."""
    frequency, power = signal.welch(
        track, fps, nperseg=min(len(track), round(8 * fps)), detrend="linear"
    )
    step = frequency[1] - frequency[0]
    return {
        f"{low:g}-{high:g}": float(
            np.sqrt(power[(frequency >= low) & (frequency < high)].sum() * step)
        )
        for low, high in BANDS_HZ
        if high <= fps / 2
    }


def quantiles(values):
    return {f"q{round(100 * q)}": float(np.quantile(values, q)) for q in QUANTILES}


def blinks_of(openness, fps):
    """Dips of both eyes' opening below three quarters of what is usual around; lengths at half of their depth."""
    usual = ndimage.percentile_filter(openness, 75, round(3 * fps) | 1, mode="nearest")
    closed = 1 - openness / usual
    labels, count = ndimage.label(closed > 0.25)
    lengths, depths = [], []
    for i in range(1, count + 1):
        where = np.flatnonzero(labels == i)
        depth = closed[where].max()
        peak = where[closed[where].argmax()]
        first = last = peak
        while first > 0 and closed[first - 1] > depth / 2:
            first -= 1
        while last + 1 < len(closed) and closed[last + 1] > depth / 2:
            last += 1
        if (last - first + 1) / fps <= 0.6:  # longer ones are looks down
            lengths.append((last - first + 1) / fps)
            depths.append(depth)
    return {
        "per_minute": 60 * len(lengths) / (len(openness) / fps),
        "half_length_s": float(np.median(lengths)) if lengths else None,
        "depth": float(np.median(depths)) if depths else None,
    }


def mouth_of(opening, fps):
    speed = np.diff(opening) * fps
    _, power = signal.welch(np.diff(opening), fps, nperseg=min(len(opening) - 1, round(4 * fps)))
    frequency = signal.welch(np.diff(opening), fps, nperseg=min(len(opening) - 1, round(4 * fps)))[
        0
    ]
    return {
        "open_q50_px": float(np.quantile(opening, 0.5)),
        "open_q95_px": float(np.quantile(opening, 0.95)),
        "speed_q50_px_s": float(np.quantile(np.abs(speed), 0.5)),
        "speed_q95_px_s": float(np.quantile(np.abs(speed), 0.95)),
        "speed_centroid_hz": float((frequency * power).sum() / power.sum()),
    }


def camera_of(frames, points, fps):
    """Noise where the picture is flat and still, and the face's brightness."""
    gray = np.stack([cv2.cvtColor(f, cv2.COLOR_BGR2GRAY) for f in frames]).astype(np.float32)
    mean = gray.mean(0)
    slope = cv2.GaussianBlur(
        np.hypot(cv2.Sobel(mean, cv2.CV_32F, 1, 0), cv2.Sobel(mean, cv2.CV_32F, 0, 1)), (0, 0), 2
    )
    fine = np.stack([g - cv2.GaussianBlur(g, (0, 0), 2) for g in gray])
    spread = fine.std(0)
    usable = (mean > 25) & (mean < 235)
    flat = usable & (slope <= np.quantile(slope[usable], 0.25)) & (spread <= np.median(spread))
    rows, columns = np.nonzero(flat)
    noise = fine[:, rows, columns]
    noise = noise - noise.mean(0)
    lag = (noise[1:] * noise[:-1]).mean() / max(1e-9, (noise**2).mean())
    near = np.flatnonzero(flat[rows, np.minimum(columns + 1, flat.shape[1] - 1)])
    beside = fine[:, rows[near], np.minimum(columns[near] + 1, flat.shape[1] - 1)]
    spatial = (noise[:, near] * (beside - beside.mean(0))).mean() / max(1e-9, (noise**2).mean())
    face = []
    for g, p in zip(gray, points, strict=True):
        x0, y0 = np.maximum(p[[36, 39, 42, 45, 31, 35]].min(0).astype(int), 0)
        x1, y1 = p[[36, 39, 42, 45, 31, 35]].max(0).astype(int)
        face.append(g[y0:y1, x0:x1].mean())
    level = np.array(face) / np.mean(face) * 100
    return {
        "noise_gray": float(np.sqrt((noise**2).mean())),
        "noise_lag1": float(lag),
        "noise_neighbour": float(spatial),
        "face_level": float(np.mean(face)),
        "level_percent": band_rms(level, fps),
        "repeated_frames": float(
            np.mean([np.abs(a - b).mean() < 0.02 for a, b in zip(gray[1:], gray[:-1], strict=True)])
        ),
    }


def measure(path, landmarker):
    frames, fps = read_frames(path)
    points, seen = landmarks_of(frames, landmarker)
    if points is None:
        sys.exit(f"{path}: a face in {seen.mean():.0%} of the frames only")
    tracks = tracks_of(points, fps)
    result = {"fps": fps, "seconds": len(frames) / fps, "seen": float(seen.mean())}
    for name in (
        "x_px",
        "y_px",
        "scale_percent",
        "roll_deg",
        "yaw_deg",
        "pitch_deg",
        "brow_px",
        "mouth_open_px",
        "mouth_width_px",
    ):
        result[name] = band_rms(tracks[name], fps)
    for name in ("head_step_px", "brow_step_px", "mouth_step_px"):
        result[name] = quantiles(tracks[name] * fps / 30)  # as at 30 fps
    result["blinks"] = blinks_of(tracks["eye_open_px"], fps)
    result["mouth"] = mouth_of(tracks["mouth_open_px"], fps)
    result["camera"] = camera_of(frames, points, fps)
    return result


def flat_rows(result, prefix=""):
    for key, value in result.items():
        if isinstance(value, dict):
            yield from flat_rows(value, f"{prefix}{key} ")
        else:
            yield prefix + key, value


def print_table(results):
    columns = {name: dict(flat_rows(result)) for name, result in results.items()}
    keys = list(dict.fromkeys(key for column in columns.values() for key in column))
    print("figure".ljust(28) + "median".rjust(9) + "".join(name[-9:].rjust(10) for name in columns))
    for key in keys:
        values = [column.get(key) for column in columns.values()]
        known = [v for v in values if v is not None]
        shown = "".join(f"{v:10.3f}" if v is not None else "         -" for v in values)
        print(key.ljust(28) + (f"{np.median(known):9.3f}" if known else "        -") + shown)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("videos", nargs="+", type=Path)
    parser.add_argument("--json", type=Path, help="write all figures there, too")
    parser.add_argument(
        "--landmarks", default=LANDMARKS, help=f"dlib's model (default {LANDMARKS})"
    )
    arguments = parser.parse_args()
    landmarker = Landmarker(arguments.landmarks)
    results = {path.stem: measure(path, landmarker) for path in arguments.videos}
    print_table(results)
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
