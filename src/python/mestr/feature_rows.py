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

    Raises what `analyze` raises, and ConfigError for features of windows, which the program alone writes.
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
