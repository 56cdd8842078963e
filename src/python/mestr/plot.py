"""Pictures of an analysis, by matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mestr.errors import MestrError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from mestr.analysis import Analysis

_EMOTION_COLOURS = {"negative": "tab:red", "positive": "tab:green", "surprise": "tab:orange"}


def plot_scores(analysis: Analysis, ax: Axes | None) -> Axes:
    if ax is None:
        try:
            from matplotlib import pyplot
        except ImportError as error:
            raise MestrError("this needs matplotlib: pip install matplotlib") from error
        ax = pyplot.subplots(figsize=(9, 3), layout="constrained")[1]
    times = analysis.times[analysis.score_frames]
    ax.plot(times, analysis.scores, color="0.75", linewidth=0.8, label="score")
    ax.plot(times, analysis.smoothed, color="tab:blue", linewidth=1.2, label="smoothed")
    ax.axhline(analysis.threshold, color="0.4", linestyle="--", linewidth=0.8, label="threshold")
    named = set()
    for found in analysis.intervals:
        label = found.emotion if found.emotion not in named else None
        named.add(found.emotion)
        colour = _EMOTION_COLOURS.get(found.emotion, "tab:purple")
        ax.axvspan(found.onset_s, found.offset_s, color=colour, alpha=0.3, label=label)
    ax.set(xlabel="time (s)", ylabel="score", title=analysis.video)
    ax.set_xlim(0, float(np.max(analysis.times)))
    ax.legend(loc="upper right", fontsize="small")
    return ax
