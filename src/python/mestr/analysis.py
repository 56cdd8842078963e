"""A video in, everything that is known of it out."""

from __future__ import annotations

import html
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mestr import _core
from mestr.errors import InputError
from mestr.jobs import Progress, run
from mestr.requests import Path, Setting, Source, make_request, set_models
from mestr.tables import Table, need_pandas

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class Interval:
    """A spotted expression. Frames count from 0, and both ends belong to it."""

    onset: int
    apex: int  # the peak of the score
    offset: int
    onset_s: float  # time of the frame onset, s
    offset_s: float
    emotion: str  # one of Analysis.classes
    probability: float  # of that emotion, in [0, 1]
    score: float  # at the peak; what it says depends on the model
    evidence: float | None  # that it is a micro-expression, in [0, 1]; None where scores are relative
    context: str  # what else the face did then: "calm", "blink+head"; or empty
    track: int | None  # whose face; None with face.alignment crop


@dataclass(frozen=True)
class Stretch:
    """Frames of one face that follow each other."""

    first_frame: int  # counts from 0
    end_frame: int  # one after the last
    box: tuple[int, int, int, int]  # x, y, width, height of the first face, px of the frame
    crop_box: tuple[int, int, int, int]  # what became the crop, px; may reach out of the frame
    confidence: float  # of the detection
    crop_landmarks: NDArray[np.int32]  # (68, 2): x, y of the first face in px of the crop
    track: int
    ended_by: str  # "cut", "no face", "end of the video", ...
    too_short: bool  # to be judged


@dataclass(frozen=True)
class Faces:
    """The face in each of n frames, with face.alignment similarity. NaN, or a box of zeros, where none was seen."""

    usable: NDArray[np.bool_]  # (n,)
    cause: NDArray[np.str_]  # (n,): why not; empty where usable
    track: NDArray[np.int32]  # (n,): whose; -1: no face was seen
    box: NDArray[np.int32]  # (n, 4): x, y, width, height, px of the frame
    landmarks: NDArray[np.int16]  # (n, 68, 2): x, y in dlib's order, px of the frame
    yaw_deg: NDArray[np.float32]  # (n,), as all below: to the right of the picture
    pitch_deg: NDArray[np.float32]  # up
    roll_deg: NDArray[np.float32]  # clockwise
    width_px: NDArray[np.float32]  # of the face, turned to the camera
    sharpness: NDArray[np.float32]  # in [0, 1]
    confidence: NDArray[np.float32]  # in [0, 1]
    right_eye_openness: NDArray[np.float32]  # about 0.3 when open, below 0.2 when shut
    left_eye_openness: NDArray[np.float32]
    mouth_opening_px: NDArray[np.float32]  # of a face 200 px wide, as below
    head_motion_px: NDArray[np.float32]  # against the frame before


@dataclass(frozen=True, eq=False)
class Analysis:
    """What is known of a video of `frames` frames. Frames count from 0.

    Values an index belong to the m frames `score_frames`: the score of a pair of frames stands at its first.
    """

    dataset: str  # of the challenge's; empty for an own video, as subject
    subject: str
    video: str
    frames: int
    fps: float
    variable_frame_rate: bool
    width: int  # px, of the frames
    height: int
    times: NDArray[np.float64]  # (frames,), s, as a player shows them
    k_frames: int  # distance of the frames of a pair; 0 of networks of windows
    k_p_frames: int  # half the length of a micro-expression
    k_origin: str  # where the two come from
    model: str
    model_sha256: str
    classes: list[str]
    score_frames: NDArray[np.int64]  # (m,)
    scores: NDArray[np.float32]  # (m,): the spotting score; NaN, as all below, where nothing could be judged
    smoothed: NDArray[np.float64]  # (m,)
    probabilities: NDArray[np.float32]  # (m, classes): of each emotion; rows sum to 1
    motion_px: NDArray[np.float32]  # (m,): how far parts of the face move by themselves, px of the crop
    valid: NDArray[np.bool_]  # (m,): whether there is a value
    threshold: float  # that peaks reached; of models whose scores are probabilities, the least evidence
    run_thresholds: NDArray[np.float64]  # of each stretch that is judged, where each has its own
    intervals: Table[Interval]  # what was found
    longer: Table[Interval]  # what lasts longer than a micro-expression
    not_written: Table[Interval]  # of classes that are no finds
    stretches: Table[Stretch]
    usability: str  # "usable 12.3 of 20.0 s; not: no face 5.1 s, ..."; empty with face.alignment crop
    faces: Faces | None
    warnings: list[str]  # one line each
    others: list[Analysis]  # of other faces, with face.all_faces
    _result: _core.AnalysisResult | None = field(default=None, repr=False)
    _path: str = field(default="", repr=False)

    def to_pandas(self) -> pandas.DataFrame:
        """A DataFrame, one line an index: frame, time_s, score, smoothed, motion_px, and each class (needs pandas)."""
        columns: dict[str, object] = {
            "frame": self.score_frames,
            "time_s": self.times[self.score_frames],
            "score": self.scores,
            "smoothed": self.smoothed,
            "motion_px": self.motion_px,
        }
        columns.update({name: self.probabilities[:, i] for i, name in enumerate(self.classes)})
        return need_pandas().DataFrame(columns)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draws scores, threshold and intervals over time into `ax`, or a new figure (needs matplotlib)."""
        from mestr.plot import plot_scores

        return plot_scores(self, ax)

    def save(self, folder: Path, *, overwrite: bool = False) -> None:
        """Writes the folder that `mestr run` writes of this video, in the same bytes (run.json: but for times).

        `mestr report`, `render` and `evaluate` read it. Raises ConfigError where the folder holds something else, or,
        without `overwrite`, results of another run.
        """
        self._written().write(os.fspath(folder), overwrite)

    def report(self, path: Path, *, truth: Path | None = None, faces: bool = True) -> None:
        """Writes one page to look at, with pictures of the faces unless `faces` is False; of frames from memory there
        are none. truth: a label CSV, whose hits, false alarms and misses are shown.
        """
        _core.write_report(
            self._written(), os.fspath(path), None if truth is None else os.fspath(truth), faces and bool(self._path)
        )

    def __getstate__(self) -> dict[str, object]:
        """For pickle and copy: all but what `save` and `report` need."""
        return {**self.__dict__, "_result": None}

    def _written(self) -> _core.AnalysisResult:
        if self._result is None:
            raise InputError("only what `analyze` gave is saved or reported: no copy, and not one of its other faces")
        return self._result

    def _repr_html_(self) -> str:
        lines = [f"<b>{html.escape(self.video)}</b>: {self.frames} frames, {self.fps:g} fps"]
        lines += [html.escape(line) for line in (self.usability, *self.warnings) if line]
        lines.append(f"{len(self.intervals)} micro-expressions" if len(self.intervals) != 1 else "1 micro-expression")
        return "<br>".join(lines) + self.intervals._repr_html_()


def _analysis_of(values: dict[str, Any], result: _core.AnalysisResult | None, path: str) -> Analysis:
    for name in ("intervals", "longer", "not_written"):
        values[name] = Table.of(Interval, values[name])
    values["stretches"] = Table.of(Stretch, values["stretches"])
    values["faces"] = None if values["faces"] is None else Faces(**values["faces"])
    values["others"] = [_analysis_of(other, None, path) for other in values["others"]]
    return Analysis(**values, _result=result, _path=path)


def analyze(
    source: Source,
    fps: float | None = None,
    config: Path | Iterable[Path] | None = None,
    model: Path | Iterable[Path] | None = None,
    progress: Progress | None = None,
    *,
    times: Sequence[float] | None = None,
    settings: Mapping[str, Setting] | None = None,
    device: str = "auto",
    jobs: int = 0,
    name: str = "frames",
) -> Analysis:
    """Finds the micro-expressions of one video: the results of `mestr run`.

    source: a video file or a folder of frames; or frames: an array (n, h, w) of gray or (n, h, w, 3) of RGB values,
        uint8, or anything that gives such frames one by one, a camera included; they are not kept.
    fps: frames per second. Of a video file in place of its own; of frames it is needed, unless there are `times`.
    config: a YAML file or the name of a shipped config, or several, a later one over an earlier one. None: what the
        program takes, "demo" for an own video and the published baseline's for those of the challenge.
    model: a TorchScript model, or several, which are averaged; None: the config's. It is code (SECURITY.md).
    progress: called with the number of frames done and of all of them (None: unknown), in this thread.
    times: seconds of each frame from memory, rising. An interval of more than 1.5 usual ones is a pause.
    settings: keys of the config over its files: {"spot.p": 0.5}.
    device: "auto", "cpu" or "cuda"; jobs: processors it may use, 0: all. Neither changes a result.
    name: of a video from memory.

    Raises InputError for what is no video, has no frame rate or no face; ConfigError; ModelError; DeviceError. Ctrl-C
    ends it within a second. What the program would tell goes to the logger "mestr".
    """
    request, frames = make_request(
        source, fps, times, config=config, settings=settings, device=device, jobs=jobs, name=name
    )
    set_models(request, model)
    result = run(request, frames, progress)
    return _analysis_of(result.to_dict(), result, request.path)
