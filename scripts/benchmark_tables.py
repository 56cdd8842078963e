#!/usr/bin/env python3
"""Tables of what scripts/synthetic_benchmark.sh measured, as Markdown.

  scripts/benchmark_tables.py out/synthetic_benchmark [--update models/README.md docs/benchmarks.md]

Reads FOLDER/<alignment>_noise<level>_<engine>/ (an output folder of `mestr run` with the score.json
of `mestr evaluate` in it) and FOLDER/clips_noise<level>/labels.csv. Writes FOLDER/tables.md. A file
after --update gets, between `<!-- begin: NAME -->` and `<!-- end: NAME -->`, the table of that name:
accuracy, losses or fast.
"""

import argparse
import csv
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional, Tuple

import numpy as np

from mestr_train import InputError, UserError
from mestr_train.labels import Label, read_labels
from mestr_train.model_file import write_atomically


class Found(NamedTuple):
    """One line of predictions.csv; frames 1-based."""

    video: str
    onset: int
    offset: int
    emotion: str


@dataclass
class Result:
    alignment: str
    noise: float
    engine: str
    labels: List[Label]
    found: List[Found]
    scores: Dict[str, np.ndarray]  # by video, one a pair
    score: dict  # overall, as mestr evaluate wrote it

    def value(self, section: str, name: str) -> float:
        return self.score[section][name] if section else self.score[name]


def read_json(path: Path) -> dict:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(
            f"cannot read {path}: {error.strerror}; scripts/synthetic_benchmark.sh writes it"
        ) from None
    except ValueError as error:
        raise InputError(f"{path} is not JSON: {error}") from None


def read_found(path: Path) -> List[Found]:
    try:
        with open(path, newline="", encoding="utf-8") as file:
            return [
                Found(row["video"], int(row["onset"]), int(row["offset"]), row["emotion"])
                for row in csv.DictReader(file)
            ]
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from None


def read_result(folder: Path, alignment: str, noise: str, engine: str) -> Result:
    run = read_json(folder / "run.json")
    scores = {
        video["video"]: np.array(read_json(folder / video["file"])["scores"])
        for video in run["videos"]
    }
    scopes = read_json(folder / "score.json")["scopes"]
    return Result(
        alignment,
        float(noise),
        engine,
        read_labels(folder.parent / f"clips_noise{noise}" / "labels.csv"),
        read_found(folder / "predictions.csv"),
        scores,
        next(scope for scope in scopes if scope["scope"] == "overall"),
    )


def read_results(folder: Path) -> List[Result]:
    pattern = re.compile(r"(crop|similarity)_noise([\d.]+)_(exact|fast)")
    matches = [(path, pattern.fullmatch(path.name)) for path in sorted(folder.glob("*_noise*_*"))]
    results = [read_result(path, *match.groups()) for path, match in matches if match]
    if not results:
        raise InputError(f"{folder}: no results; scripts/synthetic_benchmark.sh writes them")
    return sorted(results, key=lambda r: (r.alignment, r.noise, r.engine))


def table(header: List[str], rows: List[List[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def accuracy_table(results: List[Result]) -> str:
    def with_interval(result: Result, section: str, name: str, headline: str) -> str:
        low, high = result.score["confidence_95"][headline]
        return f"{result.value(section, name):.2f} ({low:.2f} - {high:.2f})"

    rows = [
        [
            result.alignment,
            f"{result.noise:g}",
            with_interval(result, "spotting", "f1", "spotting_f1"),
            with_interval(result, "recognition", "uf1", "uf1"),
            with_interval(result, "recognition", "uar", "uar"),
            with_interval(result, "", "strs", "strs"),
        ]
        for result in results
        if result.engine == "exact"
    ]
    return table(["alignment", "noise", "spotting F1", "UF1", "UAR", "STRS"], rows)


def overlap(found: Found, label: Label) -> bool:
    """Whether they share a frame. A label's frames are 0-based."""
    return (
        found.video == label.video.video
        and found.onset - 1 <= label.offset
        and label.onset <= found.offset - 1
    )


def losses_table(results: List[Result]) -> str:
    """Where F1 and STRS are lost: each label and each prediction that is not a hit, by reason."""
    rows = []
    for result in results:
        if result.engine != "exact":
            continue
        hits = result.score["spotting"]["tp"]
        touched = sum(any(overlap(f, label) for f in result.found) for label in result.labels)
        with_label = {label.video.video for label in result.labels}
        far = [f for f in result.found if not any(overlap(f, label) for label in result.labels)]
        in_empty = sum(f.video not in with_label for f in far)
        confusion = np.array(result.score["recognition"]["confusion_truth_by_prediction"])
        numbers = [
            len(result.labels),
            hits,
            len(result.labels) - touched,
            touched - hits,
            len(far) - in_empty,
            in_empty,
            int(confusion.sum() - np.trace(confusion)),
        ]
        rows.append([result.alignment, f"{result.noise:g}", *map(str, numbers)])
    header = [
        "alignment",
        "noise",
        "labels",
        "hits",
        "missed",
        "IoU below 0.5",
        "false alarms",
        "false alarms in clips without any",
        "hits of the wrong class",
    ]
    return table(header, rows)


def changes(exact: List[Found], fast: List[Found]) -> Tuple[int, int, int, int]:
    """Of the intervals of `exact`: the same in `fast`, with other frames, with another emotion,
    without a counterpart; then those of `fast` without one are added to the last."""
    same = moved = renamed = 0
    left = list(fast)
    for one in exact:
        other = next((f for f in left if f == one), None) or next(
            (
                f
                for f in left
                if f.video == one.video and f.onset <= one.offset and one.onset <= f.offset
            ),
            None,
        )
        if other is None:
            continue
        left.remove(other)
        same += other == one
        moved += (other.onset, other.offset) != (one.onset, one.offset)
        renamed += other.emotion != one.emotion
    paired = len(fast) - len(left)
    return same, moved, renamed, len(exact) - paired + len(left)


def fast_table(results: List[Result]) -> Optional[str]:
    """What the engine `fast` changes; None without its runs."""
    exact = {(r.alignment, r.noise): r for r in results if r.engine == "exact"}
    rows = []
    for fast in results:
        base = exact.get((fast.alignment, fast.noise))
        if fast.engine != "fast" or base is None:
            continue
        videos = sorted(base.scores)
        a = np.concatenate([base.scores[v] for v in videos])
        b = np.concatenate([fast.scores[v] for v in videos])
        worst = min(np.corrcoef(base.scores[v], fast.scores[v])[0, 1] for v in videos)
        same, moved, renamed, lone = changes(base.found, fast.found)
        rows.append(
            [
                fast.alignment,
                f"{fast.noise:g}",
                f"{np.corrcoef(a, b)[0, 1]:.4f}",
                f"{worst:.4f}",
                f"{np.abs(a - b).mean():.4f}",
                f"{np.abs(a - b).max():.2f}",
                f"{same} of {len(base.found)}",
                str(moved),
                str(renamed),
                str(lone),
                f"{base.value('spotting', 'f1'):.3f} / {fast.value('spotting', 'f1'):.3f}",
                f"{base.value('', 'strs'):.3f} / {fast.value('', 'strs'):.3f}",
            ]
        )
    header = [
        "alignment",
        "noise",
        "correlation of scores",
        "in the worst clip",
        "mean difference",
        "largest",
        "intervals that stay",
        "other frames",
        "other emotion",
        "only in one",
        "spotting F1, exact / fast",
        "STRS, exact / fast",
    ]
    return table(header, rows) if rows else None


def update(path: Path, tables: Dict[str, str]) -> None:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from None
    replaced = 0
    for name, content in tables.items():
        begin, end = f"<!-- begin: {name} -->", f"<!-- end: {name} -->"
        if begin in text and end in text:
            head, tail = text.split(begin)[0], text.split(end)[1]
            text = f"{head}{begin}\n\n{content}\n\n{end}{tail}"
            replaced += 1
    if not replaced:
        raise UserError(f"{path} has no place for a table: <!-- begin: {next(iter(tables))} -->")
    write_atomically(path, text.encode())


def make_tables(arguments) -> None:
    results = read_results(arguments.folder)
    tables = {"accuracy": accuracy_table(results), "losses": losses_table(results)}
    fast = fast_table(results)
    if fast:
        tables["fast"] = fast
    text = "\n\n".join(f"## {name}\n\n{content}" for name, content in tables.items()) + "\n"
    write_atomically(arguments.folder / "tables.md", text.encode())
    for path in arguments.update:
        update(path, tables)
    print(text, end="")


def main(argv=None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="what scripts/synthetic_benchmark.sh wrote")
    parser.add_argument("--update", type=Path, nargs="*", default=[], metavar="FILE.md")
    try:
        make_tables(parser.parse_args(argv))
    except UserError as error:
        print(f"benchmark_tables.py: {error}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
