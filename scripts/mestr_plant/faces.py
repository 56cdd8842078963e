"""What the face does in each frame of a video, measured once and kept."""

import hashlib
import io
from pathlib import Path
from typing import TYPE_CHECKING

from mestr_train import InputError
from mestr_train.files import write_atomically

from .face_motion import FaceMotion, measure
from .footage import Footage
from .landmarks import find_landmarks

if TYPE_CHECKING:
    import numpy as np


def digest_of(path: Path) -> str:
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from None


def follow_face(path: Path, kept_in: Path) -> tuple["np.ndarray", "np.ndarray"]:
    """Landmarks (frames, 68, 2), px, NaN where there is no face, and the frames' times. The folder
    keeps them by the video's content."""
    import numpy as np

    file = kept_in / f"{digest_of(path)[:32]}.npz"
    if not file.is_file():
        footage = Footage(path)
        points = find_landmarks(footage.frames_bgr())
        content = io.BytesIO()
        np.savez_compressed(content, points=points, times_s=np.array(footage.times_s))
        write_atomically(file, content.getvalue())
    with np.load(file) as kept:
        return kept["points"], kept["times_s"]


def face_motion(path: Path, kept_in: Path) -> FaceMotion:
    return measure(*follow_face(path, kept_in))
