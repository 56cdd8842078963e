"""Labels, and the score of predictions against them, by the protocol of the MEGC challenge."""

from __future__ import annotations

import html
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mestr import _core
from mestr.analysis import Analysis
from mestr.labels import Label
from mestr.requests import Path


@dataclass(frozen=True)
class Prediction:
    """A spotted expression of a video, for `evaluate`. Frames as of a Label."""

    dataset: str
    subject: str
    video: str
    onset: int
    apex: int | None
    offset: int
    emotion: str
    score: float | None = None


@dataclass(frozen=True)
class Evaluation:
    """Scores, as `mestr evaluate --json` writes them; docs/evaluation.md says every convention."""

    values: dict[str, Any]
    text: str  # tables for people

    @property
    def scopes(self) -> list[dict[str, Any]]:
        """Scores of each data set, of all together ("overall"), and by subject or video where asked for."""
        scopes: list[dict[str, Any]] = self.values["scopes"]
        return scopes

    @property
    def overall(self) -> dict[str, Any]:
        return next(scope for scope in self.scopes if scope["scope"] == "overall")

    @property
    def notes(self) -> list[str]:
        """What a reader of the numbers must know."""
        notes: list[str] = self.values["notes"]
        return notes

    def __str__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self.text)}</pre>"


def _predictions_of(analysis: Analysis) -> list[Prediction]:
    key = (analysis.dataset, analysis.subject, analysis.video)
    of_all = (analysis, *analysis.others)
    return [
        Prediction(*key, found.onset, found.apex, found.offset, found.emotion, found.score)
        for one in of_all
        for found in one.intervals
    ]


def _rows_in(given: list[Path | Analysis | Prediction]) -> list[Prediction]:
    rows: list[Prediction] = []
    for one in given:
        if isinstance(one, Analysis):
            rows += _predictions_of(one)
        elif isinstance(one, Prediction):
            rows.append(one)
    return rows


def evaluate(
    predictions: Path | Analysis | Iterable[Path | Analysis | Prediction],
    truth: Path | Iterable[Label],
    *,
    iou: float = 0.5,
    classes: Sequence[str] = ("negative", "positive", "surprise"),
    all_classes: bool = False,
    include_macro: bool = False,
    fps: Mapping[str, float] | None = None,
    by_subject: bool = False,
    by_video: bool = False,
    bootstrap: int = 0,
    seed: int = 0,
) -> Evaluation:
    """Scores predictions against labels, as `mestr evaluate`.

    predictions: a folder of results, a CSV or a submission.zip, several of them; or analyses, or rows.
    truth: a label CSV or rows of it (`read_labels`). Videos are joined by data set, subject and name.
    iou: of a hit, in (0, 1]. classes: emotions to recognise. all_classes: means are of all classes, not of those met.
    include_macro: score macro-expressions too. fps: by data set, for errors in ms. by_subject, by_video: theirs too.
    bootstrap: samples for 95 % confidence intervals, 0: none; seed: of them.

    Raises InputError, ConfigError.
    """
    given: list[Path | Analysis | Prediction] = (
        [predictions] if isinstance(predictions, str | os.PathLike | Analysis) else list(predictions)
    )
    paths = [os.fspath(one) for one in given if isinstance(one, str | os.PathLike)]
    options = {
        "prediction_paths": paths,
        "iou": iou,
        "classes": list(classes),
        "all_classes": all_classes,
        "include_macro": include_macro,
        "fps": dict(fps or {}),
        "by_subject": by_subject,
        "by_video": by_video,
        "bootstrap": bootstrap,
        "seed": seed,
    }
    labels: str | list[Label] = os.fspath(truth) if isinstance(truth, str | os.PathLike) else list(truth)
    values, text = _core.evaluate(_rows_in(given), labels, options)
    return Evaluation(json.loads(values), text)
