"""What a real face does while a micro-expression is planted, or an alarm is raised: the head moves, the
face talks or makes an expression, the eyes close."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

CONTEXTS = ("calm", "blink", "speech or expression", "head moving", "no face")

FACE_PX = 200  # motion is told for a face of this width, from ear to ear
MOVING_PX_S = 60.0  # from here on a head or a face moves: 2 px a frame at 30 frames a second
CLOSED = 0.62  # of the eyes' usual opening; a blink goes below
LANDMARK_NOISE_S = 0.02  # sigma of the smoothing over time before motion is measured

STILL = [
    *range(27, 36),
    36,
    39,
    42,
    45,
]  # nose and corners of the eyes: what no expression moves much
MIMIC = [*range(17, 27), *range(48, 68)]  # brows and mouth
EYES = (36, 42)  # first landmark of each


@dataclass
class FaceMotion:
    """One value a frame; NaN where it cannot be told."""

    times_s: "np.ndarray"
    head_px200: "np.ndarray"  # px since the frame before, at a face width of 200
    face_px200: "np.ndarray"  # largest shift of brows and mouth along x or y without the head's
    opening: "np.ndarray"  # height of the eyes by their width, mean of both; NaN: no face

    def duration_s(self) -> float:
        return float(self.times_s[-1] - self.times_s[0]) + self.frame_s()

    def frame_s(self) -> float:
        import numpy as np

        return float(np.median(np.diff(self.times_s))) if len(self.times_s) > 1 else 0.0


@dataclass(frozen=True)
class Doing:
    """During an interval: means of the motion in px a frame, and whether the eyes close."""

    head_px200: float
    face_px200: float
    blink: bool
    face_seen: bool = True

    def context(self, frame_s: float) -> str:
        """One of CONTEXTS. A head that moves drags the landmarks of the face along, and a blink both:
        the first that fits is named."""
        still_px = MOVING_PX_S * frame_s
        if not self.face_seen:
            return "no face"
        if self.blink:
            return "blink"
        if self.head_px200 > still_px:
            return "head moving"
        return "speech or expression" if self.face_px200 > still_px else "calm"


def doing(motion: FaceMotion, onset: int, offset: int) -> Doing:
    """Frames 0-based, inclusive."""
    import numpy as np

    at = slice(onset, offset + 1)
    opening = motion.opening[at]
    seen = len(opening) > 0 and not np.isnan(opening).any()

    def mean(values: "np.ndarray") -> float:
        known = values[at][~np.isnan(values[at])]
        return float(known.mean()) if len(known) else 0.0

    blink = seen and bool(opening.min() < CLOSED * np.nanmedian(motion.opening))
    return Doing(mean(motion.head_px200), mean(motion.face_px200), blink, seen)


def smoothed(points: "np.ndarray", sigma_frames: float) -> "np.ndarray":
    """(frames, 68, 2) by a Gaussian over time. Frames without a face neither give nor get a value."""
    import numpy as np

    reach = int(3 * sigma_frames) + 1
    seen = ~np.isnan(points[:, 0, 0])
    filled = np.where(seen[:, None, None], points, 0.0)
    total, weight = np.zeros_like(filled), np.zeros(len(points))
    for shift in range(-reach, reach + 1):
        share = np.exp(-0.5 * (shift / sigma_frames) ** 2) if sigma_frames > 0 else shift == 0
        to = slice(max(0, -shift), len(points) - max(0, shift))
        of = slice(max(0, shift), len(points) - max(0, -shift))
        total[to] += share * filled[of]
        weight[to] += share * seen[of]
    out = np.full_like(points, np.nan)
    out[seen] = total[seen] / weight[seen, None, None]
    return out


def face_width(points: "np.ndarray") -> "np.ndarray":
    """From ear to ear, px, a frame."""
    import numpy as np

    return np.linalg.norm(points[:, 16] - points[:, 0], axis=-1)


def measure(points: "np.ndarray", times_s: "np.ndarray") -> FaceMotion:
    """From landmarks as they were found."""
    import numpy as np

    frame_s = float(np.median(np.diff(times_s))) if len(times_s) > 1 else 1.0
    points = smoothed(points, LANDMARK_NOISE_S / frame_s)
    z = points[..., 0] + 1j * points[..., 1]
    head, face = np.full(len(z), np.nan), np.full(len(z), np.nan)
    if len(z) > 1:
        before, after = z[:-1], z[1:]
        shift = after[:, STILL].mean(1, keepdims=True) - before[:, STILL].mean(1, keepdims=True)
        head[1:] = np.abs(shift[:, 0])
        own = (after - head_moved(before, after))[:, MIMIC]
        face[1:] = np.maximum(abs(own.real), abs(own.imag)).max(1)
    scale = FACE_PX / np.nanmedian(face_width(points)) if np.isfinite(points).any() else np.nan
    return FaceMotion(times_s, head * scale, face * scale, eye_opening(points))


def head_moved(before: "np.ndarray", after: "np.ndarray") -> "np.ndarray":
    """Where the head's motion alone, a similarity, takes each landmark. Complex numbers, (frames, 68)."""
    import numpy as np

    middle_before = before[:, STILL].mean(1, keepdims=True)
    middle_after = after[:, STILL].mean(1, keepdims=True)
    a, b = before[:, STILL] - middle_before, after[:, STILL] - middle_after
    size = (abs(a) ** 2).sum(1, keepdims=True)
    turn = np.divide(
        (a.conj() * b).sum(1, keepdims=True),
        size,
        where=size > 0,
        out=np.full(size.shape, np.nan + 0j),
    )
    return turn * (before - middle_before) + middle_after


def eye_opening(points: "np.ndarray") -> "np.ndarray":
    import numpy as np

    def of(first: int, second: int) -> "np.ndarray":
        return np.linalg.norm(points[:, first] - points[:, second], axis=-1)

    eyes = [(of(e + 1, e + 5) + of(e + 2, e + 4)) / (2 * of(e, e + 3)) for e in EYES]
    return (eyes[0] + eyes[1]) / 2
