"""What a training run is made of: frame rates with k and k_p, and who trains or is held out."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic

from mestr.errors import ConfigError, InputError
from mestr.files import write_atomically
from mestr.labels import VideoKey, comparable_subject
from mestr.train.options import Say, Split
from mestr.train.samples import LabelledVideo, k_p_by_rate
from mestr.train.videos import V, Video, k_by_rate, rate_of, same_rate


@dataclass
class Rates:
    """What depends on a video's frame rate. `fps` is the record's."""

    fps: float
    k: dict[float, int]
    k_p: dict[float, int]
    mean_length_frames: float
    window_frames: int

    def window(self, video: Video) -> int:
        """Frames of the label window at the video's rate."""
        rate = rate_of(video, list(self.k))
        if rate == self.fps:
            return self.window_frames
        return max(1, round(self.window_frames * rate / self.fps))

    def k_p_of(self, video: Video) -> int:
        return self.k_p[rate_of(video, list(self.k))]


def find_rates(
    videos: Sequence[LabelledVideo[Video]],
    fps: float | None,
    k_p_frames: int | None,
    window_frames: int | None,
    say: Say,
) -> Rates:
    """What is None is found in the data."""
    k = k_by_rate([entry.video for entry in videos])
    fps = _record_rate(list(k), fps)
    k_p, means = k_p_by_rate(videos, list(k))
    if k_p_frames:
        k_p[fps] = k_p_frames
    if fps not in k_p:
        raise ConfigError(
            f"no labelled micro-expression at {fps:g} fps, so k_p is unknown: use --k-p"
        )
    for rate in k:
        k_p.setdefault(rate, max(1, round(k_p[fps] * rate / fps)))
        say(f"{rate:g} fps: k = {k[rate]}, k_p = {k_p[rate]} frames")
    return Rates(fps, k, k_p, means.get(fps, 2.0 * k_p[fps]), window_frames or k_p[fps])


def _record_rate(rates: Sequence[float], wanted: float | None) -> float:
    listed = ", ".join(f"{rate:g}" for rate in rates)
    if wanted is None:
        if len(rates) > 1:
            raise ConfigError(f"the videos have several frame rates ({listed}); choose with --fps")
        return rates[0]
    for rate in rates:
        if same_rate(rate, wanted):
            return rate
    raise ConfigError(f"--fps {wanted:g}: the videos have {listed} fps")


@dataclass
class Fold(Generic[V]):
    name: str
    train: list[LabelledVideo[V]]
    held_out: list[LabelledVideo[V]]


def subject_of(entry: LabelledVideo[V]) -> str:
    return comparable_subject(entry.video.key.subject)


def _one_fold(videos: Sequence[LabelledVideo[V]], name: str, split: Split) -> Fold[V]:
    """Trains on `train_subjects`, or on all that are not held out."""
    wanted = _known_subjects(videos, "--train-subjects", split.train_subjects)
    test = _known_subjects(videos, "--test-subjects", split.test_subjects)
    if wanted & test:
        raise ConfigError("subjects both trained on and held out: " + ", ".join(wanted & test))
    train = wanted or {subject_of(entry) for entry in videos} - test
    return _fold(name, videos, train, test)


def _leave_one_out(videos: Sequence[LabelledVideo[V]], name: str, split: Split) -> list[Fold[V]]:
    """One fold a subject."""
    subjects = subjects_to_leave_out(entry.video.key for entry in videos)
    train = _known_subjects(videos, "--train-subjects", split.train_subjects) or set(subjects)
    return [_fold(f"{name}_{safe_name(s)}", videos, train - {s}, {s}) for s in subjects]


def _known_subjects(
    videos: Sequence[LabelledVideo[V]], flag: str, subjects: Sequence[str]
) -> set[str]:
    known = {subject_of(entry) for entry in videos}
    for subject in subjects:
        if comparable_subject(subject) not in known:
            there = ", ".join(sorted(known))
            raise ConfigError(f"{flag}: no video of subject {subject}; there are {there}")
    return {comparable_subject(subject) for subject in subjects}


def _fold(name: str, videos: Sequence[LabelledVideo[V]], train: set[str], test: set[str]) -> Fold[V]:
    fold = Fold(
        name,
        [entry for entry in videos if subject_of(entry) in train],
        [entry for entry in videos if subject_of(entry) in test],
    )
    if not any(entry.expressions for entry in fold.train):
        raise InputError(f"{name}: no micro-expression is left to train on")
    return fold


def subjects_to_leave_out(keys: Iterable[VideoKey]) -> list[str]:
    """Of videos, in the form in which mestr compares them. Each is of one data set and has a file name of its own."""
    owners: dict[str, str] = {}
    for key in keys:
        dataset = owners.setdefault(comparable_subject(key.subject), key.dataset)
        if dataset != key.dataset:
            raise ConfigError(
                f"leaving subjects out: {key.subject} is in {dataset} and in {key.dataset}; run it once a data set"
            )
    if len({safe_name(subject) for subject in owners}) < len(owners):
        raise ConfigError("leaving subjects out: two would give files of one name; rename one of them")
    return sorted(owners)


def models_by_subject(folds: Iterable[Fold[V]]) -> list[tuple[str, str]]:
    """Each held-out subject with the name of its fold."""
    subjects = [(sorted({subject_of(x) for x in fold.held_out}), fold.name) for fold in folds]
    return [(subject, name) for found, name in subjects for subject in found]


def write_loso_map(models: Iterable[tuple[str, str]], path: Path) -> None:
    """The config with which mestr takes, for each video, the model that has not seen its subject.

    models: subjects, each with the name of the model beside `path` that has not seen it.
    """
    lines = [
        "# Leave one subject out: mestr run --config with this file takes, for each video, the",
        "# model that has not seen its subject.",
        "model:",
        "  by_subject:",
    ]
    lines += [f"    {json.dumps(subject)}: {name}.pt" for subject, name in models]
    write_atomically(path, ("\n".join(lines) + "\n").encode())


def make_folds(videos: Sequence[LabelledVideo[V]], name: str, split: Split) -> list[Fold[V]]:
    """`name`: of the model; of several folds each has its subject behind it."""
    if not re.fullmatch(r"[A-Za-z0-9_.-]+", name):
        raise ConfigError(f'--name "{name}": letters, digits, "_", "-" and "." only')
    if split.leave_one_out:
        return _leave_one_out(videos, name, split)
    return [_one_fold(videos, name, split)]


def safe_name(text: str) -> str:
    """`text` as a part of a file name."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", text)
