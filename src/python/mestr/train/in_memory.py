"""Features of labelled videos in memory, for training without files between; the extension computes them."""

import logging
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from mestr.errors import InputError
from mestr.files import AnyPath, paths_of
from mestr.labels import Label, VideoKey, comparable
from mestr.labels.manifest import ManifestRow, read_video_manifest, write_video_manifest
from mestr.train.options import Say, quiet
from mestr.train.samples import LabelSource, labels_of
from mestr.train.videos import Event, RowsInMemory, Video

if TYPE_CHECKING:
    from mestr.feature_rows import Features
    from mestr.requests import Setting


def _apex_of(label: Label) -> int:
    """As `mestr features` has it: the offset stands in where there is none."""
    return label.offset if label.apex is None else label.apex


def _by_video(
    labels: Sequence[Label], videos: set[VideoKey], say: Say
) -> dict[VideoKey, list[Label]]:
    """The micro-expressions of the videos whose onset and apex make a pair."""
    found: dict[VideoKey, list[Label]] = {}
    left_out = 0
    for label in labels:
        if not label.is_micro or comparable(label.key) not in videos:
            continue
        if _apex_of(label) > label.onset:
            found.setdefault(comparable(label.key), []).append(label)
        else:
            left_out += 1
    if not found:
        raise InputError("no micro-expression of any of the videos given; compare dataset, subject and video")
    if left_out:
        say(f"{left_out} micro-expressions without an apex after their onset get no onset-apex features")
    return found


def video_of(
    features: "Features", key: VideoKey, labels: Sequence[Label], dtype: Literal["float16", "float32"] = "float16"
) -> Video:
    """Rows that `mestr.features` gave, as training takes them.

    labels: micro-expressions of the video, whose pairs (onset, apex) it was asked for; those that got a row train the
        recognition. dtype: "float16" has the numbers of a folder of `mestr features` as it is by default.
    """
    of_sequence = features.indices >= 0
    rows = features.rows.astype(dtype, copy=False)
    found = {
        (int(first), int(second)): rows[i]
        for i, (first, second) in enumerate(features.frame_pairs)
        if not of_sequence[i]
    }
    with_row = [label for label in labels if (label.onset, _apex_of(label)) in found]
    events = [Event(label.onset, label.offset) for label in with_row]
    onset_apex = [found[label.onset, _apex_of(label)] for label in with_row]
    shape = (0, *rows.shape[1:])
    stacked = np.stack(onset_apex) if onset_apex else np.empty(shape, rows.dtype)
    return Video(
        key=key,
        fps=features.fps,
        frames=len(features.times),
        k_frames=features.k_frames,
        row_frames=features.frame_pairs[of_sequence, 0],
        rows=RowsInMemory(str(key), rows[of_sequence]),
        onset_apex=RowsInMemory(f"{key}, onset and apex", stacked),
        onset_apex_events=events,
    )


@contextmanager
def _telling(say: Say) -> Iterator[None]:
    """What the extension tells goes to the logger "mestr"; here to `say`, each line once."""

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            line = record.getMessage()
            if not told[line]:
                say(line)
            told[line] += 1

    told: Counter[str] = Counter()
    log, handler = logging.getLogger("mestr"), Handler()
    level = log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(level)


def _rows_of_manifests(manifests: Sequence[Path]) -> list[ManifestRow]:
    rows = [row for manifest in manifests for row in read_video_manifest(manifest)]
    twice = [key for key, count in Counter(comparable(row.key) for row in rows).items() if count > 1]
    if twice:
        raise InputError(f"video {twice[0]} is there twice")
    return rows


def extract_videos(
    manifests: AnyPath | Sequence[AnyPath],
    labels: LabelSource,
    config: AnyPath | Sequence[AnyPath] | None = None,
    settings: Mapping[str, "Setting"] | None = None,
    *,
    fps: float | None = None,
    dtype: Literal["float16", "float32"] = "float16",
    device: str = "auto",
    jobs: int = 0,
    say: Say = quiet,
) -> list[Video]:
    """What `mestr features MANIFEST... --labels LABELS` writes, in memory: for `train_mean` and `train_sequence`.

    manifests: CSVs of dataset,subject,video,path,fps; a data set's k is its config's, as in the program.
    labels: whose pairs (onset, apex) train the recognition.
    fps: in place of those of the manifests.
    dtype: "float16" as the program by default, 1.14 GB for an hour of "mean-v1" at 30 fps; or "float32".
    All else is as for `mestr.features`, and so is what is raised. Needs the extension.
    """
    from mestr.feature_rows import features

    rows = _rows_of_manifests(paths_of(manifests))
    by_video = _by_video(labels_of(labels), {comparable(row.key) for row in rows}, say)
    videos = []
    with tempfile.TemporaryDirectory(prefix="mestr_") as folder, _telling(say):
        for count, row in enumerate(rows, start=1):
            # A manifest of one video tells which data set it is of, and so its k.
            one = Path(folder) / "video.csv"
            write_video_manifest(one, [row])
            mine = by_video.get(comparable(row.key), [])
            pairs = [(label.onset, _apex_of(label)) for label in mine]
            found = features(one, fps, config=config, settings=settings, pairs=pairs, device=device, jobs=jobs)
            videos.append(video_of(found, row.key, mine, dtype))
            say(f"features {count}/{len(rows)}: {row.key}, {videos[-1].pairs} rows")
    return videos
