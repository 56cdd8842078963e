"""What a training run is made of: frame rates with k and k_p, and who trains or is held out."""

import argparse
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mestr.errors import ConfigError, InputError
from mestr.files import write_atomically
from mestr.labels import comparable_subject
from mestr.train.feature_set import Video, k_by_rate, rate_of, same_rate
from mestr.train.samples import LabelledVideo, k_p_by_rate


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
    videos: Sequence[LabelledVideo],
    fps: float | None,
    k_p_frames: int | None,
    window_frames: int | None,
    say: Callable[[str], None],
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
class Fold:
    name: str
    train: list[LabelledVideo]
    held_out: list[LabelledVideo]


def subject_of(entry: LabelledVideo) -> str:
    return comparable_subject(entry.video.key.subject)


def split(
    videos: Sequence[LabelledVideo],
    name: str,
    train_subjects: list[str] | None,
    test_subjects: list[str] | None,
) -> Fold:
    """Trains on `train_subjects`, or on all that are not held out."""
    wanted = _known_subjects(videos, "--train-subjects", train_subjects)
    test = _known_subjects(videos, "--test-subjects", test_subjects)
    if wanted & test:
        raise ConfigError("subjects both trained on and held out: " + ", ".join(wanted & test))
    train = wanted or {subject_of(entry) for entry in videos} - test
    return _fold(name, videos, train, test)


def leave_one_out(
    videos: Sequence[LabelledVideo], name: str, train_subjects: list[str] | None
) -> list[Fold]:
    """One fold a subject."""
    subjects = sorted({subject_of(entry) for entry in videos})
    _check_subjects_are_of_one_data_set(videos)
    allowed = _known_subjects(videos, "--train-subjects", train_subjects) or set(subjects)
    folds = [_fold(f"{name}_{safe_name(s)}", videos, allowed - {s}, {s}) for s in subjects]
    if len({fold.name for fold in folds}) < len(folds):
        raise ConfigError("--loso: two subjects would give files of one name; rename one of them")
    return folds


def _known_subjects(
    videos: Sequence[LabelledVideo], flag: str, subjects: list[str] | None
) -> set[str]:
    known = {subject_of(entry) for entry in videos}
    for subject in subjects or []:
        if comparable_subject(subject) not in known:
            there = ", ".join(sorted(known))
            raise ConfigError(f"{flag}: no video of subject {subject}; there are {there}")
    return {comparable_subject(subject) for subject in subjects or []}


def _fold(name: str, videos: Sequence[LabelledVideo], train: set[str], test: set[str]) -> Fold:
    fold = Fold(
        name,
        [entry for entry in videos if subject_of(entry) in train],
        [entry for entry in videos if subject_of(entry) in test],
    )
    if not any(entry.expressions for entry in fold.train):
        raise InputError(f"{name}: no micro-expression is left to train on")
    return fold


def _check_subjects_are_of_one_data_set(videos: Sequence[LabelledVideo]) -> None:
    owners: dict[str, str] = {}
    for entry in videos:
        dataset = owners.setdefault(subject_of(entry), entry.video.key.dataset)
        if dataset != entry.video.key.dataset:
            raise ConfigError(
                f"--loso: subject {entry.video.key.subject} is in {dataset} and in "
                f"{entry.video.key.dataset}; run it once a data set"
            )


def write_loso_map(folds: Sequence[Fold], path: Path) -> None:
    """The config with which mestr takes, for each video, the model that has not seen its subject."""
    lines = [
        "# Leave one subject out: mestr run --config with this file takes, for each video, the",
        "# model that has not seen its subject.",
        "model:",
        "  by_subject:",
    ]
    for fold in folds:
        for subject in sorted({subject_of(entry) for entry in fold.held_out}):
            lines.append(f"    {json.dumps(subject)}: {fold.name}.pt")
    write_atomically(path, ("\n".join(lines) + "\n").encode())


def check_name(name: str) -> None:
    if not re.fullmatch(r"[A-Za-z0-9_.-]+", name):
        raise ConfigError(f'--name "{name}": letters, digits, "_", "-" and "." only')


def make_folds(videos: Sequence[LabelledVideo], arguments: argparse.Namespace) -> list[Fold]:
    """As the flags of flags.add_split_flags say."""
    name, train = arguments.name, arguments.train_subjects
    if arguments.loso:
        return leave_one_out(videos, name, train)
    return [split(videos, name, train, arguments.test_subjects)]


def safe_name(text: str) -> str:
    """`text` as a part of a file name."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", text)
