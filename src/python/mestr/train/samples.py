"""From features and labels to what the network is trained on."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic

import numpy as np
from numpy.typing import NDArray

from mestr.errors import InputError
from mestr.files import AnyPath
from mestr.labels import Label, VideoKey, comparable, read_labels
from mestr.train.options import Say
from mestr.train.videos import Event, Sample, V, Video, rate_of

NEGATIVES_PER_POSITIVE = 5


@dataclass
class LabelledVideo(Generic[V]):
    video: V
    expressions: list[Label]  # micro-expressions, by onset


LabelSource = AnyPath | Iterable[AnyPath] | Iterable[Label]


def labels_of(source: LabelSource) -> Sequence[Label]:
    """Of a label CSV or several, which are read, or rows that somebody has read."""
    if isinstance(source, str | os.PathLike):
        return read_labels(source)
    several = list(source)
    rows = [one for one in several if isinstance(one, Label)]
    if rows and len(rows) < len(several):
        raise InputError("labels are either paths of label CSVs or rows, not both")
    return rows or read_labels(*(one for one in several if not isinstance(one, Label)))


def join(videos: Sequence[V], labels: Sequence[Label], say: Say) -> list[LabelledVideo[V]]:
    """Each video with its micro-expressions; says how many rows are left out, and why."""
    by_video: dict[VideoKey, list[Label]] = {comparable(v.key): [] for v in videos}
    ends = {comparable(v.key): v.frames for v in videos}
    absent: Counter[str] = Counter()
    late = macro = 0
    for label in labels:
        key = comparable(label.key)
        if not label.is_micro:
            macro += 1
        elif key not in by_video:
            absent[str(label.key)] += 1
        elif label.offset >= ends[key]:
            late += 1
        else:
            by_video[key].append(label)
    if macro:
        say(f"{macro} label rows of macro-expressions are not used")
    if absent:
        names = ", ".join(sorted(absent)[:3]) + (", ..." if len(absent) > 3 else "")
        say(f"{sum(absent.values())} label rows skipped: no features of their video ({names})")
    if late:
        say(f"{late} label rows skipped: they end after their video")
    joined = [
        LabelledVideo(video, sorted(by_video[comparable(video.key)], key=lambda x: x.onset))
        for video in videos
    ]
    empty = sum(not entry.expressions for entry in joined)
    if empty == len(joined):
        raise InputError("no label row of a micro-expression belongs to a video of the features")
    if empty:
        say(f"{empty} of {len(joined)} videos have no micro-expression: negatives only")
    return joined


def k_p_by_rate(
    videos: Sequence[LabelledVideo[Video]], rates: Sequence[float]
) -> tuple[dict[float, int], dict[float, float]]:
    """Half the mean length of a micro-expression at each frame rate, as the reference computes it:
    floor((mean(offset - onset) + 1) / 2). Also gives the means. A rate without a micro-expression
    is not in the answer."""
    lengths: dict[float, list[int]] = {}
    for entry in videos:
        rate = rate_of(entry.video, rates)
        lengths.setdefault(rate, []).extend(x.offset - x.onset for x in entry.expressions)
    means = {rate: float(np.mean(values)) for rate, values in lengths.items() if values}
    return {rate: max(1, int((mean + 1) / 2)) for rate, mean in means.items()}, means


def spot_targets(entry: LabelledVideo[Video], window_frames: int) -> NDArray[np.float32]:
    """1 for the pairs whose window [i, i + window_frames) touches a micro-expression."""
    frames = entry.video.row_frames
    targets = np.zeros(len(frames), np.float32)
    for expression in entry.expressions:
        begins_before_its_end = frames <= expression.offset
        targets[begins_before_its_end & (frames + window_frames > expression.onset)] = 1
    return targets


def spot_samples(
    videos: Sequence[LabelledVideo[Video]],
    window_frames: Callable[[Video], int],
    generator: np.random.Generator,
) -> tuple[list[Sample], NDArray[Any]]:
    """All positives and a random choice of five times as many negatives, in order of video and
    frame."""
    targets = [spot_targets(entry, window_frames(entry.video)) for entry in videos]
    flat = np.concatenate(targets) if targets else np.empty(0, np.float32)
    negatives = np.flatnonzero(flat == 0)
    wanted = NEGATIVES_PER_POSITIVE * int(flat.sum())
    if len(negatives) > wanted:
        negatives = generator.choice(negatives, wanted, replace=False)
    kept = np.sort(np.concatenate([np.flatnonzero(flat == 1), negatives]))
    ends = np.cumsum([len(t) for t in targets])
    owners = np.searchsorted(ends, kept, side="right")
    samples = [
        Sample(videos[owner].video, int(index - (ends[owner] - len(targets[owner]))))
        for owner, index in zip(owners, kept, strict=True)
    ]
    return samples, flat[kept]


def rising_pairs(entry: LabelledVideo[Video], expression: Label) -> list[int]:
    """The pairs whose middle lies between onset and apex: what the vote at inference looks at."""
    middles = entry.video.row_frames + entry.video.k_frames // 2
    rising = (middles >= expression.onset) & (middles < expression.middle())
    return [int(row) for row in np.flatnonzero(rising)]


def recognition_samples(
    videos: Sequence[LabelledVideo[Video]], classes: Sequence[str], kind: str
) -> tuple[list[Sample], NDArray[Any], dict[str, int]]:
    """Inputs, class indices, and how many micro-expressions gave none, by reason."""
    samples: list[Sample] = []
    targets: list[int] = []
    skipped: Counter[str] = Counter()
    for entry in videos:
        rows = {event: row for row, event in enumerate(entry.video.onset_apex_events)}
        for expression in entry.expressions:
            if expression.emotion not in classes:
                skipped[f'emotion "{expression.emotion}" is no class of the model'] += 1
                continue
            found: list[Sample] = []
            if kind in ("onset-apex", "both"):
                row = rows.get(Event(expression.onset, expression.offset))
                if row is None:
                    skipped["no onset-apex features (no apex, or other labels then)"] += 1
                else:
                    found.append(Sample(entry.video, row, onset_apex=True))
            if kind in ("sliding", "both"):
                pairs = rising_pairs(entry, expression)
                if not pairs:
                    skipped["no pair between onset and apex"] += 1
                found += [Sample(entry.video, pair) for pair in pairs]
            samples += found
            targets += [classes.index(expression.emotion)] * len(found)
    return samples, np.asarray(targets, np.int64), dict(skipped)
