"""The 68 landmarks of the face in each frame, by dlib."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mestr.errors import ConfigError

if TYPE_CHECKING:
    import numpy as np

MODEL = Path("/usr/share/dlib/shape_predictor_68_face_landmarks.dat")
SEARCHED_PX = 640  # longer side of the picture in which a face is looked for
MARKED_PX = 600  # least width of a face in which landmarks are placed
FOLLOWED_PX = 110  # width of a face that is followed; dlib's detector knows faces from 80 px


def model_path() -> Path:
    """Where mestr looks for it, too."""
    path = Path(os.environ.get("MESTR_LANDMARKS") or MODEL)
    if not path.is_file():
        raise ConfigError(
            f"{path}: no such landmark model; apt-get install libdlib-data, or name it in MESTR_LANDMARKS"
        )
    return path


class FaceFinder:
    """The largest face of each frame; near where it was, it is looked for first."""

    def __init__(self) -> None:
        import dlib

        self.detector = dlib.get_frontal_face_detector()
        self.predictor = dlib.shape_predictor(str(model_path()))
        self.box: tuple[float, float, float, float] | None = None  # x0, y0, x1, y1, px

    def landmarks(self, frame_bgr: "np.ndarray") -> "np.ndarray":
        """(68, 2), px; NaN where there is no face."""
        import cv2
        import dlib
        import numpy as np

        gray = cv2.cvtColor(np.ascontiguousarray(frame_bgr), cv2.COLOR_BGR2GRAY)
        self.box = self._near(gray) or self._anywhere(gray)
        if self.box is None:
            return np.full((68, 2), np.nan)
        # dlib rounds its landmarks to whole pixels, and so they are found in an enlarged picture.
        x0, y0, x1, y1 = self.box
        margin, scale = 0.5 * (x1 - x0), max(1.0, MARKED_PX / (x1 - x0))
        left, top = max(0, round(x0 - margin)), max(0, round(y0 - margin))
        part = gray[top : max(0, round(y1 + margin)), left : max(0, round(x1 + margin))]
        part = cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        corners = ((x0 - left), (y0 - top), (x1 - left), (y1 - top))
        shape = self.predictor(part, dlib.rectangle(*(round(scale * v) for v in corners)))
        found = np.array([(point.x, point.y) for point in shape.parts()], float)
        return (found + 0.5) / scale - 0.5 + (left, top)

    def _near(self, gray: "np.ndarray") -> tuple[float, float, float, float] | None:
        if self.box is None:
            return None
        x0, y0, x1, y1 = self.box
        margin = 0.5 * (x1 - x0)
        left, top = max(0, round(x0 - margin)), max(0, round(y0 - margin))
        part = gray[top : round(y1 + margin), left : round(x1 + margin)]
        return self._detect(part, FOLLOWED_PX / (x1 - x0), left, top)

    def _anywhere(self, gray: "np.ndarray") -> tuple[float, float, float, float] | None:
        return self._detect(gray, SEARCHED_PX / max(gray.shape), 0, 0)

    def _detect(self, gray: "np.ndarray", scale: float, left: int, top: int) -> Any:
        import cv2

        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        found = self.detector(cv2.resize(gray, None, fx=scale, fy=scale, interpolation=how), 0)
        if not found:
            return None
        box = max(found, key=lambda b: b.width())
        x0, y0, x1, y1 = (v / scale for v in (box.left(), box.top(), box.right(), box.bottom()))
        return x0 + left, y0 + top, x1 + left, y1 + top


def find_landmarks(frames_bgr: Iterable["np.ndarray"]) -> "np.ndarray":
    """(frames, 68, 2), px; NaN where there is no face."""
    import numpy as np

    finder = FaceFinder()
    return np.array([finder.landmarks(frame) for frame in frames_bgr]).reshape(-1, 68, 2)
