"""Tables of what scripts/synthetic_benchmark.sh measured."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from mestr.errors import InputError

from .benchmark_results import Expression, Found, Result, share_frames
from .markdown import table, with_interval

if TYPE_CHECKING:
    import numpy as np


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
