"""A face that does nothing: one frame of the footage, repeated, with the noise of a camera."""

import random
from typing import TYPE_CHECKING

from .face_motion import FaceMotion

if TYPE_CHECKING:
    import numpy as np

# Variance in gray levels: a floor, and what grows with the light.
FLOOR, PER_LEVEL = 1.0, 0.02
NEIGHBOUR = 0.35  # part of a pixel's noise that its neighbours get: colours are interpolated


def quietest_frame(motion: FaceMotion, usable: "np.ndarray") -> int:
    """In which the face moves least, its eyes as open as usual."""
    import numpy as np

    moving = np.nan_to_num(motion.head_px200 + motion.face_px200, nan=np.inf)
    closed = ~(motion.opening >= 0.9 * np.nanmedian(motion.opening))
    return int(np.argmin(moving + np.where(usable, 0, 1e6) + np.where(closed, 1e3, 0)))


def with_noise(frame_bgr: "np.ndarray", strength: float, seed: int, index: int) -> "np.ndarray":
    """Noise of a frame, by its index: the same for all that is made of one seed. Strength 1 is that of
    an ordinary webcam."""
    import cv2
    import numpy as np

    chance = np.random.default_rng([seed, index])
    noise = chance.standard_normal(frame_bgr.shape, np.float32)
    kernel = np.array([NEIGHBOUR, 1, NEIGHBOUR], np.float32)
    noise = cv2.sepFilter2D(noise, -1, kernel, kernel) / float((kernel**2).sum())
    level = frame_bgr.astype(np.float32)
    noisy = level + strength * np.sqrt(FLOOR + PER_LEVEL * level) * noise
    return np.clip(noisy + 0.5, 0, 255).astype(np.uint8)


def still(motion: FaceMotion) -> FaceMotion:
    """What a frozen face does."""
    import numpy as np

    zeros = np.zeros(len(motion.times_s))
    return FaceMotion(motion.times_s, zeros, zeros, zeros + 1)


def noise_seed(name: str) -> int:
    return random.Random(f"noise {name}").getrandbits(32)
