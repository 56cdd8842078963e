"""The network's input, for training."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mestr.analysis import Faces, Stretch
from mestr.jobs import Progress, run
from mestr.requests import Path, Setting, Source, make_request
from mestr.tables import Table


@dataclass(frozen=True, eq=False)
class Features:
    """n rows of features of one video. Frames count from 0."""

    kind: str  # "mean-v1", "flow-grid-v1"
    rows: NDArray[np.float32]  # (n, ...), C order; torch.from_numpy takes it without a copy
    frame_pairs: NDArray[np.int64]  # (n, 2): the two frames that each row is of
    indices: NDArray[np.int64]  # (n,): where each stands in the video's sequence; -1 of `pairs`
    fps: float
    k_frames: int  # distance of the frames of the sequence's pairs
    times: NDArray[np.float64]  # of each frame of the video, s
    stretches: Table[Stretch]
    faces: Faces | None
    warnings: list[str]


def features(
    source: Source,
    fps: float | None = None,
    config: Path | Iterable[Path] | None = None,
    progress: Progress | None = None,
    *,
    pairs: Iterable[tuple[int, int]] = (),
    times: Sequence[float] | None = None,
    settings: Mapping[str, Setting] | None = None,
    device: str = "auto",
    jobs: int = 0,
    name: str = "frames",
) -> Features:
    """Gives the rows that `mestr features` writes of one video, as float32. No model is needed.

    pairs: frames (onset, apex) of labelled expressions, counted from 0, whose rows are wanted besides the sequence's;
        one that the video or its face does not cover gives no row.
    All else is as for `analyze`; without a config the kind is the baseline's, "mean-v1".

    Raises what `analyze` raises, and ConfigError for features of windows, which `window_features` gives.
    """
    request, frames = make_request(
        source, fps, times, config=config, settings=settings, device=device, jobs=jobs, name=name
    )
    request.rows_only = True
    for first, second in pairs:
        request.add_pair(first, second)
    result = run(request, frames, progress)
    values = result.to_dict()
    return Features(
        **result.take_rows(),
        fps=values["fps"],
        k_frames=values["k_frames"],
        times=values["times"],
        stretches=Table.of(Stretch, values["stretches"]),
        faces=None if values["faces"] is None else Faces(**values["faces"]),
        warnings=values["warnings"],
    )


@dataclass(frozen=True, eq=False)
class WindowFeatures:
    """Features of the n windows of one video, for networks of windows (docs/video-level.md). Frames count from 0."""

    kind: str  # "roi-flow-36-v1"
    rows: NDArray[np.float32]  # (n, used frames of a window, ...), C order; torch.from_numpy takes it without a copy
    first_frames: NDArray[np.int64]  # (n,): the frame of the video that each window begins with
    faceless_frames: NDArray[np.int64]  # (n,): used frames before the first with a face; their rows are zeros
    hop_frames: int  # from a window to the next, used frames
    frame_step: int  # one of so many frames is used
    fps: float
    times: NDArray[np.float64]  # of each frame of the video, s
    warnings: list[str]


def window_features(
    source: Source,
    fps: float | None = None,
    config: Path | Iterable[Path] | None = None,
    progress: Progress | None = None,
    *,
    times: Sequence[float] | None = None,
    settings: Mapping[str, Setting] | None = None,
    jobs: int = 0,
    name: str = "frames",
) -> WindowFeatures:
    """Gives the windows that `mestr features` writes of one video, as float32. No model is needed.

    settings: those of the config's section features name the windows ({"features.window_frames": 30}) and the kind,
        "roi-flow-36-v1" where nothing names one.
    All else is as for `analyze`.

    Raises what `analyze` raises, and ConfigError for features of pairs, which `features` gives.
    """
    request, frames = make_request(
        source, fps, times, config=config, settings=settings, device="cpu", jobs=jobs, name=name
    )
    request.windows_only = True
    return WindowFeatures(**run(request, frames, progress).take_windows())
