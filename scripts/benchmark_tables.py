#!/usr/bin/env python3
"""Tables of what scripts/synthetic_benchmark.sh measured, as Markdown.

  scripts/benchmark_tables.py out/synthetic_benchmark [--update models/README.md docs/benchmarks.md]

Reads FOLDER/<alignment>_noise<level>_<engine>/ (an output folder of `mestr run` with the score.json
of `mestr evaluate --bootstrap` in it) and FOLDER/clips_noise<level>/events.csv. Writes
FOLDER/tables.md.
"""

import argparse
import csv
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import source_tree  # noqa: F401
from mestr.errors import InputError
from mestr.files import read_json, write_atomically
from mestr.labels import VideoKey
from mestr.programs import exit_code_of
from mestr.train.markdown import table, updated, with_interval

if TYPE_CHECKING:
    import numpy as np

MADE_BY = "scripts/synthetic_benchmark.sh"
WEAK = 0.55  # of the strongest motion in the clip: the models' threshold parameter p


class Found(NamedTuple):
    """One line of predictions.csv; frames 1-based, inclusive."""

    video: VideoKey
    onset: int
    offset: int
    emotion: str


@dataclass
class Expression:
    """A micro-expression of a clip; frames as in Found."""

    video: VideoKey
    onset: int
    offset: int
    weak: bool  # moves the face less than WEAK x the strongest of its clip
    in_blink: bool  # shares a frame with a blink


@dataclass
class Result:
    alignment: str
    noise: float
    engine: str
    expressions: list[Expression]
    found: list[Found]
    scores: dict[VideoKey, "np.ndarray"]  # one a pair
    score: dict  # overall, as mestr evaluate wrote it


def share_frames(first: Sequence[int], second: Sequence[int]) -> bool:
    return first[0] <= second[1] and second[0] <= first[1]


def key_of(entry: dict) -> VideoKey:
    return VideoKey(entry["dataset"], entry["subject"], entry["video"])


def read_rows(path: Path) -> list[dict[str, str]]:
    try:
        with open(path, newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from None


def read_found(path: Path) -> list[Found]:
    return [
        Found(key_of(row), int(row["onset"]), int(row["offset"]), row["emotion"])
        for row in read_rows(path)
    ]


def read_expressions(path: Path) -> list[Expression]:
    """From the events.csv of mestr synth."""
    micro: dict[VideoKey, list[tuple[int, int, float]]] = {}
    blinks: dict[VideoKey, list[tuple[int, int]]] = {}
    for row in read_rows(path):
        frames = (int(row["onset"]), int(row["offset"]))
        if row["kind"] == "micro":
            micro.setdefault(key_of(row), []).append((*frames, float(row["px200"])))
        elif row["kind"] == "blink":
            blinks.setdefault(key_of(row), []).append(frames)
    return [
        Expression(
            video,
            onset,
            offset,
            weak=px200 < WEAK * max(size for _, _, size in of_video),
            in_blink=any(share_frames((onset, offset), b) for b in blinks.get(video, [])),
        )
        for video, of_video in micro.items()
        for onset, offset, px200 in of_video
    ]


def read_result(folder: Path, alignment: str, noise: str, engine: str) -> Result:
    import numpy as np

    try:
        run = read_json(folder / "run.json", MADE_BY)
        scores = {
            key_of(video): np.array(read_json(folder / video["file"], MADE_BY)["scores"], float)
            for video in run["videos"]
        }
        scopes = read_json(folder / "score.json", MADE_BY)["scopes"]
        overall = next(scope for scope in scopes if scope["scope"] == "overall")
        overall["confidence_95"]  # of --bootstrap
        return Result(
            alignment,
            float(noise),
            engine,
            read_expressions(folder.parent / f"clips_noise{noise}" / "events.csv"),
            read_found(folder / "predictions.csv"),
            scores,
            overall,
        )
    except KeyError as error:
        raise InputError(f"{folder}: its files lack {error}; run it again") from None


def read_results(folder: Path) -> list[Result]:
    pattern = re.compile(r"(crop|similarity)_noise([\d.]+)_(exact|fast)")
    matches = [(path, pattern.fullmatch(path.name)) for path in sorted(folder.glob("*_noise*_*"))]
    results = [read_result(path, *match.groups()) for path, match in matches if match]
    if not results:
        raise InputError(f"{folder}: no results; scripts/synthetic_benchmark.sh writes them")
    return sorted(results, key=lambda r: (r.alignment, r.noise, r.engine))


def accuracy_table(exact: list[Result]) -> str:
    rows = []
    for result in exact:
        score, intervals = result.score, result.score["confidence_95"]
        rows.append(
            [
                result.alignment,
                f"{result.noise:g}",
                with_interval(score["spotting"]["f1"], intervals["spotting_f1"]),
                with_interval(score["recognition"]["uf1"], intervals["uf1"]),
                with_interval(score["recognition"]["uar"], intervals["uar"]),
                with_interval(score["strs"], intervals["strs"]),
            ]
        )
    return table(["alignment", "noise", "spotting F1", "UF1", "UAR", "STRS"], rows)


def touches(found: Found, expression: Expression) -> bool:
    frames = (expression.onset, expression.offset)
    return found.video == expression.video and share_frames(found[1:3], frames)


def losses(result: Result) -> list[str]:
    """The micro-expressions that no interval touches, those that one touches without a hit, and the
    intervals that touch none, by reason."""
    missed, near = [], set()
    for expression in result.expressions:
        touching = [f for f in result.found if touches(f, expression)]
        near.update(touching)
        if not touching:
            missed.append(expression)
    with_expression = {e.video for e in result.expressions}
    far = [f for f in result.found if f not in near]
    in_empty = sum(f.video not in with_expression for f in far)
    hits, count = result.score["spotting"]["tp"], len(result.expressions)
    confusion = result.score["recognition"]["confusion_truth_by_prediction"]
    renamed = sum(map(sum, confusion)) - sum(row[i] for i, row in enumerate(confusion))

    def missed_of(condition: Callable[[Expression], bool]) -> str:
        return f"{sum(map(condition, missed))} of {sum(map(condition, result.expressions))}"

    return [
        f"{hits} of {count}",
        missed_of(lambda e: e.in_blink),
        missed_of(lambda e: e.weak and not e.in_blink),
        missed_of(lambda e: not e.weak and not e.in_blink),
        str(count - len(missed) - hits),
        str(in_empty),
        str(len(far) - in_empty),
        str(renamed),
    ]


def losses_table(exact: list[Result]) -> str:
    rows = [[result.alignment, f"{result.noise:g}", *losses(result)] for result in exact]
    header = [
        "alignment",
        "noise",
        "hits",
        "missed during a blink",
        "missed, weak",
        "missed, other",
        "touched, but no hit",
        "false alarms in clips without any",
        "false alarms elsewhere",
        "hits of the wrong class",
    ]
    return table(header, rows)


def pair_up(
    exact: list[Found], fast: list[Found], fits: Callable[[Found, Found], bool]
) -> list[tuple[Found, Found]]:
    """Takes pairs that fit out of both lists."""
    pairs = []
    for one in list(exact):
        other = next((f for f in fast if fits(one, f)), None)
        if other is not None:
            exact.remove(one)
            fast.remove(other)
            pairs.append((one, other))
    return pairs


def changes(exact: list[Found], fast: list[Found]) -> tuple[int, int, int, int]:
    """Intervals that are the same in both, that have other frames, that have another emotion, and
    that are in one alone."""
    exact, fast = list(exact), list(fast)
    same = pair_up(exact, fast, lambda a, b: a == b)
    changed = pair_up(exact, fast, lambda a, b: a.video == b.video and share_frames(a[1:3], b[1:3]))
    moved = sum(a[1:3] != b[1:3] for a, b in changed)
    renamed = sum(a.emotion != b.emotion for a, b in changed)
    return len(same), moved, renamed, len(exact) + len(fast)


def agreement(scores: list[tuple["np.ndarray", "np.ndarray"]]) -> list[str]:
    """Correlation of all, and of the worst clip; mean and largest difference. A pair a clip."""
    import numpy as np

    # Between two stretches there is none.
    there = [~np.isnan(base + fast) for base, fast in scores]
    scores = [(base[ok], fast[ok]) for (base, fast), ok in zip(scores, there, strict=True)]
    a, b = (np.concatenate(side) for side in zip(*scores, strict=True))
    worst = min(np.corrcoef(base, fast)[0, 1] for base, fast in scores)
    difference = np.abs(a - b)
    return [
        f"{np.corrcoef(a, b)[0, 1]:.4f}",
        f"{worst:.4f}",
        f"{difference.mean():.4f}",
        f"{difference.max():.2f}",
    ]


def fast_table(pairs: list[tuple[Result, Result]]) -> str:
    """What the engine `fast` changes: results of `exact` and of `fast` on the same clips."""
    rows = []
    for base, fast in pairs:
        videos = sorted(base.scores)
        if any(v not in fast.scores or len(fast.scores[v]) != len(base.scores[v]) for v in videos):
            raise InputError(
                f"{fast.alignment}, noise {fast.noise:g}: exact and fast ran on other clips"
            )
        same, moved, renamed, lone = changes(base.found, fast.found)
        rows.append(
            [
                fast.alignment,
                f"{fast.noise:g}",
                *agreement([(base.scores[v], fast.scores[v]) for v in videos]),
                f"{same} of {len(base.found)}",
                str(moved),
                str(renamed),
                str(lone),
                f"{base.score['spotting']['f1']:.3f} / {fast.score['spotting']['f1']:.3f}",
                f"{base.score['strs']:.3f} / {fast.score['strs']:.3f}",
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
    return table(header, rows)


def make_tables(arguments: argparse.Namespace) -> None:
    results = read_results(arguments.folder)
    exact = {(r.alignment, r.noise): r for r in results if r.engine == "exact"}
    pairs = [
        (exact[fast.alignment, fast.noise], fast)
        for fast in results
        if fast.engine == "fast" and (fast.alignment, fast.noise) in exact
    ]
    tables = {
        "accuracy": accuracy_table(list(exact.values())),
        "losses": losses_table(list(exact.values())),
    }
    if pairs:
        tables["fast"] = fast_table(pairs)
    text = "\n\n".join(f"## {name}\n\n{content}" for name, content in tables.items()) + "\n"
    write_atomically(arguments.folder / "tables.md", text.encode())
    documents = {path: updated(path, tables) for path in arguments.update}
    for path, content in documents.items():
        write_atomically(path, content.encode())
    print(text, end="")


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="what scripts/synthetic_benchmark.sh wrote")
    parser.add_argument(
        "--update",
        type=Path,
        nargs="*",
        default=[],
        metavar="FILE.md",
        help="replaces the tables between <!-- begin: NAME --> and <!-- end: NAME --> (NAME: "
        "accuracy, losses, fast) in these files",
    )
    arguments = parser.parse_args(argv)
    return exit_code_of(lambda: make_tables(arguments), "benchmark_tables.py")


if __name__ == "__main__":
    sys.exit(main())
