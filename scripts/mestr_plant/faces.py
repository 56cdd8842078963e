"""What the face does in each frame of a video, measured once and kept."""

import hashlib
import io
import zipfile
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from mestr.errors import InputError
from mestr.files import write_atomically

from .face_motion import FaceMotion, measure
from .footage import Clock, Footage
from .landmarks import find_landmarks

if TYPE_CHECKING:
    import numpy as np

VERSION = 2  # of how landmarks are found and kept


def digest_of(path: Path) -> str:
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from None


def kept_file(path: Path, folder: Path) -> Path:
    return folder / f"{digest_of(path)[:32]}_{VERSION}.npz"


def follow_face(path: Path, kept_in: Path) -> tuple["np.ndarray", Clock]:
    """Landmarks (frames, 68, 2), px, NaN where there is no face, and the frames' times. The folder
    keeps them by the video's content."""
    import numpy as np

    file = kept_file(path, kept_in)
    if not file.is_file():
        footage = Footage(path)
        keep(file, find_landmarks(footage.frames_bgr()), footage.clock)
    try:
        with np.load(file) as kept:
            tick_s = Fraction(*(int(v) for v in kept["tick_s"]))
            return kept["points"], Clock([int(t) for t in kept["ticks"]], tick_s)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        raise InputError(f"{file} is damaged: remove it, and it is made again") from None


def keep(file: Path, points: "np.ndarray", clock: Clock) -> None:
    import numpy as np

    content = io.BytesIO()
    tick_s = clock.tick_s.as_integer_ratio()
    np.savez_compressed(
        content, points=points, ticks=np.array(clock.ticks), tick_s=np.array(tick_s)
    )
    write_atomically(file, content.getvalue())


def face_motion(path: Path, kept_in: Path) -> FaceMotion:
    points, clock = follow_face(path, kept_in)
    return measure(points, clock.times_s())
