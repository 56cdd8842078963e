"""Moves the skin of a face in a picture: smooth shifts that end at a radius, so that every pixel beyond is
the picture's own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .face_motion import FACE_PX
from .units import MIRRORED, UNITS

if TYPE_CHECKING:
    import numpy as np

STEPS = 12  # of the inversion; each leaves less than half of its error, as no shift is that steep


@dataclass(frozen=True)
class Bump:
    """(1 - r^2)^3 within its ellipse: twice differentiable, and nothing beyond."""

    centre: "np.ndarray"  # px
    across: "np.ndarray"  # unit vectors along the axes of the ellipse
    down: "np.ndarray"
    radii: tuple[float, float]  # px
    move: "np.ndarray"  # relative

    def add_to(self, x: "np.ndarray", y: "np.ndarray", dx: "np.ndarray", dy: "np.ndarray") -> None:
        import numpy as np

        u, v = x - self.centre[0], y - self.centre[1]
        along = (u * self.across[0] + v * self.across[1]) / self.radii[0]
        below = (u * self.down[0] + v * self.down[1]) / self.radii[1]
        weight = np.maximum(0, 1 - along**2 - below**2) ** 3
        dx += weight * self.move[0]
        dy += weight * self.move[1]


def bumps_of(
    units: Sequence[str], sides: tuple[float, float], points: "np.ndarray"
) -> Iterator[Bump]:
    """Of action units on a face with these landmarks, (68, 2). Sides: how strong each is, left in the
    picture, right in it."""
    import numpy as np

    rightward = points[42:48].mean(0) - points[36:42].mean(0)
    rightward = rightward / np.linalg.norm(rightward)
    down = np.array([-rightward[1], rightward[0]])
    width = float(np.linalg.norm(points[16] - points[0]))
    for unit in (UNITS[name] for name in units):
        for side, strength in enumerate(sides):
            if unit.on_midline and side == 1:
                continue
            outward = rightward if side else -rightward
            for push in unit.pushes:
                places = [MIRRORED[i] if side else i for i in push.landmarks]
                shift = width * (push.shift[0] * outward + push.shift[1] * down)
                yield Bump(
                    points[places].mean(0) + shift,
                    rightward,
                    down,
                    (push.radii[0] * width, push.radii[1] * width),
                    (max(sides) if unit.on_midline else strength)
                    * (push.move[0] * outward + push.move[1] * down),
                )


class ShiftField:
    """Where each point of the skin goes. Scaled so that the largest shift is `largest_px`."""

    def __init__(self, bumps: Sequence[Bump], largest_px: float) -> None:
        import numpy as np

        self.bumps = bumps
        self.scale = 1.0
        reach = max(max(b.radii) for b in bumps)
        x, y = np.meshgrid(*(np.arange(a, b, reach / 40) for a, b in self.bounds()))
        self.scale = largest_px / float(np.hypot(*self.at(x, y)).max())

    def bounds(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """From and to, in x and in y, beyond which nothing moves."""
        import numpy as np

        centres = np.array([b.centre for b in self.bumps])
        reach = np.array([[max(b.radii)] for b in self.bumps])
        low, high = (centres - reach).min(0), (centres + reach).max(0)
        return (low[0], high[0]), (low[1], high[1])

    def at(self, x: "np.ndarray", y: "np.ndarray") -> tuple["np.ndarray", "np.ndarray"]:
        import numpy as np

        dx, dy = np.zeros(np.shape(x)), np.zeros(np.shape(y))
        for bump in self.bumps:
            bump.add_to(x, y, dx, dy)
        return self.scale * dx, self.scale * dy

    def source_of(self, x: "np.ndarray", y: "np.ndarray") -> tuple["np.ndarray", "np.ndarray"]:
        """The point that is moved to here: q = p + d(p), solved for p."""
        source_x, source_y = x, y
        for _ in range(STEPS):
            dx, dy = self.at(source_x, source_y)
            source_x, source_y = x - dx, y - dy
        return source_x, source_y


def shift_field(
    units: Sequence[str], sides: tuple[float, float], points: "np.ndarray", px200: float
) -> ShiftField:
    """Whose largest shift is `px200` for a face of 200 px from ear to ear."""
    import numpy as np

    width = float(np.linalg.norm(points[16] - points[0]))
    return ShiftField(list(bumps_of(units, sides, points)), px200 * width / FACE_PX)


def warped(frame_bgr: "np.ndarray", field: ShiftField) -> "np.ndarray":
    """A new picture; pixels to which nothing is moved are the old one's. Lanczos over 8 x 8 px, at
    OpenCV's steps of 1/32 px."""
    import cv2
    import numpy as np

    height, width = frame_bgr.shape[:2]
    (x0, x1), (y0, y1) = field.bounds()
    left, top = max(0, int(x0)), max(0, int(y0))
    right, bottom = min(width, int(x1) + 2), min(height, int(y1) + 2)
    out = frame_bgr.copy()
    if left >= right or top >= bottom:
        return out
    x, y = np.meshgrid(np.arange(left, right, dtype=float), np.arange(top, bottom, dtype=float))
    source_x, source_y = field.source_of(x, y)
    moved = (source_x != x) | (source_y != y)
    maps = source_x.astype(np.float32), source_y.astype(np.float32)
    new = cv2.remap(frame_bgr, *maps, cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REFLECT_101)
    out[top:bottom, left:right][moved] = new[moved]
    return out
