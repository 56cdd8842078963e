"""Published weights, one file for each subject that they have not seen, as the models of a cross-validation."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mestr.errors import InputError
from mestr.labels import Label, comparable_subject
from mestr.train.crossval import MEAN, WINDOW
from mestr.train.folds import safe_name, subjects_to_leave_out, write_loso_map
from mestr.train.options import About, Say


@dataclass(frozen=True)
class PublishedFold:
    subject: str
    weights: Path  # trained without the subject


Converter = Callable[[Path, Path, About], str]  # weights, model file to write; gives its SHA-256


def subjects_with_micro_expressions(labels: Sequence[Label]) -> list[str]:
    """In natural order, s2 before s10, as the authors count them; 017 and 17 are one."""

    def natural(subject: str) -> list[tuple[bool, int, str]]:
        parts = re.findall(r"[0-9]+|[^0-9]+", subject)
        numbers = [int(part) if part[0] in "0123456789" else None for part in parts]
        return [(x is None, x or 0, part) for x, part in zip(numbers, parts, strict=True)]

    return sorted(subjects_to_leave_out(label.key for label in labels if label.is_micro), key=natural)


def find_published(folder: Path, labels: Sequence[Label]) -> tuple[str, list[PublishedFold]]:
    """The network, and the weights of each subject with micro-expressions.

    Of MEAN s1.hdf5 to sN.hdf5, each without the N-th of these subjects; of the networks of windows SUBJECT.pkl.
    """
    subjects = subjects_with_micro_expressions(labels)
    if not subjects:
        raise InputError("the labels have no micro-expression")
    numbers = [re.fullmatch(r"s([1-9][0-9]*)", path.stem) for path in folder.glob("s*.hdf5")]
    counted = {int(number[1]) for number in numbers if number}
    if counted:
        if counted != set(range(1, len(subjects) + 1)):
            raise InputError(
                f"{folder}: has {len(counted)} files of weights up to s{max(counted)}.hdf5; the labels have "
                f"micro-expressions of {len(subjects)} subjects, and sN.hdf5 is without the N-th of them"
            )
        return MEAN, [PublishedFold(x, folder / f"s{n}.hdf5") for n, x in enumerate(subjects, start=1)]
    files: dict[str, Path] = {}
    for path in sorted(folder.glob("*.pkl")):
        other = files.setdefault(comparable_subject(path.stem), path)
        if other != path:
            raise InputError(f"{folder}: {other.name} and {path.name} are of one subject")
    folds = [PublishedFold(x, files.get(x, folder / f"{x}.pkl")) for x in subjects]
    there = [fold for fold in folds if fold.weights.is_file()]
    if not there:
        raise InputError(f"{folder}: has no weights s1.hdf5, s2.hdf5, ... and no {folds[0].weights.name}")
    if len(there) < len(folds):
        missing = ", ".join(fold.weights.name for fold in folds if fold not in there)
        raise InputError(f"{folder}: has no {missing}, of subjects with micro-expressions")
    return WINDOW, folds


def convert_published(
    network: str, folds: Sequence[PublishedFold], models: Path, data: str, convert: Converter, say: Say
) -> None:
    """Writes a model a fold, and the map from subject to model, as a training with --loso does. data: whose labels."""
    names = []
    for fold in folds:
        name = f"{network}_{safe_name(fold.subject)}"
        training_data = f"{data} without {fold.subject} (published weights {fold.weights.name})"
        about = About(name, training_data, "as the authors give it")
        sha256 = convert(fold.weights, models / f"{name}.pt", about)
        say(f"wrote {models / name}.pt, SHA-256 {sha256}")
        names.append((fold.subject, name))
    write_loso_map(names, models / f"{network}_loso.yaml")
