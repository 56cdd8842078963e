"""Figures of a run's results for papers: one a video, its score over time and what was found."""

import argparse
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from mestr.files import write_atomically
from mestr.labels import Label, comparable, read_labels
from mestr.run_results import Face, Result, read_results
from mestr.shipped import shipped_file

COLOURS = "src/report/page/colours.json"

WIDTH_IN = 7.0  # two columns of a paper
HEIGHT_IN = 2.2  # of a face
LABELS_AT = 1.02  # of the axis' height: above the score
STYLE = {
    "font.size": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "pdf.fonttype": 42,  # fonts that journals take, and text that can be searched
    "svg.fonttype": "none",
    "svg.hashsalt": "mestr",  # the same bytes each time
}
# Nothing of the day or the version, so that the same results give the same bytes.
METADATA: dict[str, dict[str, None]] = {
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    "svg": {"Date": None, "Creator": None},
    "png": {"Software": None},
}


def _runs(flags: NDArray[Any]) -> Iterator[tuple[int, int]]:
    """First and last index of what is true without a break."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(int), [0]])))
    yield from zip(edges[::2], edges[1::2] - 1, strict=True)


def _with_breaks(frames: NDArray[Any], values: NDArray[Any], step: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Without those that have no value; no line goes across the gaps."""
    there = ~np.isnan(values)
    frames, values = frames[there], values[there]
    gaps = np.flatnonzero(np.diff(frames) > step) + 1
    return np.insert(frames, gaps, 0), np.insert(values, gaps, np.nan)


def _draw_score(axis: Axes, face: Face, times: NDArray[Any], colours: dict[str, str]) -> None:
    step = int(face.frames[1] - face.frames[0]) if len(face.frames) > 1 else 1
    lines = [(face.scores, "score", 0.6), (face.smoothed, "smoothed", 1.0)]
    if np.array_equal(face.scores, face.smoothed, equal_nan=True):
        lines = lines[1:]  # of models whose scores are probabilities
    for values, name, width in lines:
        frames, shown = _with_breaks(face.frames, values, step)
        axis.plot(times[frames], shown, color=colours[name], linewidth=width, label=name)
    for number, (first, last, value) in enumerate(face.thresholds):
        label = "threshold" if number == 0 else None
        span = times[[first, last]]
        axis.plot(span, [value, value], "--", color=colours["threshold"], linewidth=0.8, label=label)


def _draw_found(axis: Axes, face: Face, times: NDArray[Any], colours: dict[str, str]) -> None:
    smoothed = dict(zip(face.frames.tolist(), face.smoothed.tolist(), strict=True))
    for found in face.intervals:
        colour = colours.get(found.emotion, colours["interval"])
        axis.axvspan(times[found.onset], times[found.offset], color=colour, alpha=0.25, linewidth=0)
        axis.plot(times[found.peak], smoothed.get(found.peak, np.nan), "v", color=colour, markersize=4)
        axis.annotate(
            found.emotion,
            ((times[found.onset] + times[found.offset]) / 2, 0.03),
            xycoords=axis.get_xaxis_transform(),
            ha="center",
            va="bottom",
            rotation=90,
            fontsize=6,
            color=colour,
        )


def _draw_unusable(axis: Axes, face: Face, times: NDArray[Any], colours: dict[str, str]) -> None:
    for number, (first, last) in enumerate(_runs(~face.usable)):
        end = times[min(last + 1, len(times) - 1)]
        label = "no usable face" if number == 0 else None
        axis.axvspan(
            times[first], end, facecolor="none", edgecolor=colours["unusable"], hatch="////",
            linewidth=0, label=label,
        )  # fmt: skip


def _draw_labels(axis: Axes, labels: list[Label], times: NDArray[Any], colours: dict[str, str]) -> None:
    for number, label in enumerate(labels):
        onset, offset = (times[min(frame, len(times) - 1)] for frame in (label.onset, label.offset))
        axis.plot(
            [onset, offset],
            [LABELS_AT, LABELS_AT],
            "|-",
            transform=axis.get_xaxis_transform(),
            color=colours["label"],
            clip_on=False,
            linewidth=2,
            label="label" if number == 0 else None,
        )


def draw(result: Result, labels: list[Label], colours: dict[str, str]) -> Figure:
    """A row a face."""
    count = len(result.faces)
    # Without pyplot, whose backend is the caller's matter.
    size = (WIDTH_IN, HEIGHT_IN * count)
    figure = Figure(figsize=size, constrained_layout=True, facecolor=colours["background"])
    rows = figure.subplots(count, 1, sharex=True, squeeze=False)
    for number, (axis, face) in enumerate(zip(rows[:, 0], result.faces, strict=True)):
        axis.set_facecolor(colours["background"])
        axis.tick_params(colors=colours["text"])
        for spine in axis.spines.values():
            spine.set_color(colours["muted"])
        _draw_unusable(axis, face, result.times_s, colours)
        _draw_score(axis, face, result.times_s, colours)
        _draw_found(axis, face, result.times_s, colours)
        _draw_labels(axis, labels, result.times_s, colours)
        axis.set_ylabel("score" if count == 1 else f"score, face {number + 1}", color=colours["text"])
        axis.set_xlim(result.times_s[0], max(result.times_s[-1], result.times_s[0] + 1e-3))
    rows[-1, 0].set_xlabel("time (s)", color=colours["text"])
    rows[0, 0].set_title(
        str(result.video), color=colours["text"], fontsize=8, pad=10, parse_math=False
    )
    rows[0, 0].legend(
        loc="center left", bbox_to_anchor=(1, 0.5), frameon=False, labelcolor=colours["text"]
    )
    return figure


def _save(figure: Figure, path: Path) -> None:
    kind = path.suffix.removeprefix(".")
    content = io.BytesIO()
    figure.savefig(content, format=kind, dpi=300, metadata=METADATA[kind])
    write_atomically(path, content.getvalue())


def write(arguments: argparse.Namespace) -> None:
    results, failed = read_results(arguments.results)
    labels = read_labels(arguments.truth) if arguments.truth else []
    colours = json.loads(shipped_file(COLOURS).read_text(encoding="utf-8"))["dark" if arguments.dark else "light"]
    folder = arguments.output or arguments.results / "figures"
    with matplotlib.rc_context(STYLE):
        for result in results:
            own = [label for label in labels if comparable(label.key) == comparable(result.video)]
            figure = draw(result, own, colours)
            path = folder / f"{result.file.stem}.{arguments.format}"
            _save(figure, path)
            print(f"wrote {path}")
    for name in failed:
        print(f"note: {name} failed in the run: no figure", file=sys.stderr)
