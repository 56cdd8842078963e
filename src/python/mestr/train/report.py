"""What a training run leaves beside the model: plots, numbers, and the model card."""

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib  # noqa: F401 - what is missing then is the package, not a part of it
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from mestr.files import write_atomically
from mestr.train.model_record import ModelRecord
from mestr.train.samples import LabelledVideo
from mestr.train.training import History
from mestr.train.videos import Video


def _figure() -> Figure:
    """Without pyplot, whose backend is the caller's matter."""
    return Figure(figsize=(15, 4), constrained_layout=True)


def _save(figure: Figure, path: Path) -> None:
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=100, metadata={"Software": None})
    write_atomically(path, content.getvalue())


def plot_losses(spot: History, recog: History, path: Path) -> None:
    figure = _figure()
    axes = figure.subplots(1, 3)
    panels = [
        ("spotting: mean squared error", spot.train, spot.held_out),
        ("recognition: cross entropy", recog.train, recog.held_out),
        ("recognition: part that is right", recog.accuracy, recog.held_out_accuracy),
    ]
    for axis, (title, train, held_out) in zip(axes, panels, strict=True):
        epochs = np.arange(1, len(train) + 1)
        axis.plot(epochs, train, label="training")
        if held_out:
            axis.plot(epochs, held_out, label="held out")
        axis.set(title=title, xlabel="epoch")
        axis.legend()
    _save(figure, path)


def _smooth(scores: NDArray[Any], k_p: int) -> NDArray[Any]:
    """The mean of the 2 k_p scores around each, with zeros outside."""
    window = np.full(2 * k_p, 0.5 / k_p)
    padded = np.concatenate([np.zeros(k_p), scores, np.zeros(k_p)])
    return np.convolve(padded, window, mode="full")[2 * k_p - 1 :][: len(scores)]


def plot_scores(entry: LabelledVideo[Video], scores: NDArray[Any], k_p: int, p: float, path: Path) -> None:
    """Raw and smoothed score with the threshold, over the labelled micro-expressions."""
    figure = _figure()
    axis = figure.subplots()
    frames = entry.video.row_frames
    breaks = np.flatnonzero(np.diff(frames) > 1) + 1
    # Neither a line nor the smoothing goes across a pause.
    frames = np.insert(frames.astype(float), breaks, np.nan)
    axis.plot(frames, np.insert(scores, breaks, np.nan), color="0.75", label="score")
    if len(scores) >= 2 * k_p:
        smoothed = np.concatenate([_smooth(part, k_p) for part in np.split(scores, breaks)])
        threshold = smoothed.mean() + p * (smoothed.max() - smoothed.mean())
        smoothed = np.insert(smoothed, breaks, np.nan)
        axis.plot(frames, smoothed, color="C0", label=f"mean over {2 * k_p} pairs")
        axis.axhline(threshold, color="C2", linewidth=1, label=f"threshold, p = {p:g}")
    for expression in entry.expressions:
        axis.axvspan(expression.onset, expression.offset, color="C1", alpha=0.3)
        axis.text(
            expression.onset,
            1,
            expression.emotion,
            fontsize=8,
            va="top",
            transform=axis.get_xaxis_transform(),
        )
    axis.set(title=str(entry.video.key), xlabel="frame (0-based)", ylabel="spotting score")
    axis.legend(loc="lower right")
    _save(figure, path)


def confusion(truth: NDArray[Any], predicted: NDArray[Any], class_count: int) -> NDArray[Any]:
    """Rows: truth; columns: prediction."""
    table = np.zeros((class_count, class_count), int)
    np.add.at(table, (truth, predicted), 1)
    return table


def markdown_confusion(table: NDArray[Any], classes: Sequence[str]) -> list[str]:
    lines = ["| truth \\ recognised | " + " | ".join(classes) + " |"]
    lines.append("| --- |" + " ---: |" * len(classes))
    for name, row in zip(classes, table, strict=True):
        lines.append(f"| {name} | " + " | ".join(str(n) for n in row) + " |")
    return lines


def card_of_model(record: ModelRecord, sha256: str, data: dict[str, Any]) -> list[str]:
    return [
        f"# {record.name}",
        "",
        "A MEAN network (Liong, See, Chan 2023) that gives, for a pair of face images, a spotting "
        "score and the probabilities of " + ", ".join(record.classes) + ".",
        "",
        f"- Trained on: {record.training_data}",
        f"- Licence: {record.licence}",
        f"- Input: `{record.features}`: optical flow u, v and strain between frames i and i + k, "
        "two face regions, 3 x 42 x 42",
        f"- Made for {record.fps:g} fps: k = {record.k_frames}, k_p = {record.k_p_frames} frames "
        f"(micro-expressions of {data['mean_length_frames']:.1f} frames on average); "
        f"threshold p = {record.p:g}",
        f"- Version {record.version}; SHA-256 `{sha256}`",
        "",
    ]


def card_of_training(recipe: dict[str, Any], data: dict[str, Any], torch_version: str) -> list[str]:
    lines = [
        "## How it was trained",
        "",
        f"`scripts/train_mean.py`, seed {recipe['seed']}, PyTorch {torch_version}. "
        f"{data['train_videos']} videos of {data['train_subjects']} subjects with "
        f"{data['train_expressions']} micro-expressions.",
        "",
        f"- Spotting: {data['spot_samples']} pairs, {data['spot_positives']} of them labelled 1 "
        f"because their window of {data['window_frames']} frames touches a micro-expression; mean "
        f"squared error, {recipe['spot_epochs']} epochs.",
        f"- Recognition: {data['recog_samples']} inputs ({recipe['recognition_samples']}), cross "
        f"entropy on frozen shared layers, {recipe['recog_epochs']} epochs"
        + (", classes weighted by their frequency." if recipe["balance_classes"] else "."),
        f"- Adam, learning rate {recipe['learning_rate']:g}, batches of {recipe['batch']}; dropout "
        f"0.3 and 0.2; L2 {recipe['stream_l2']:g} and {recipe['head_l2']:g} on the kernels of "
        "streams and heads.",
    ]
    if recipe["init"]:
        frozen = ", ".join(recipe["freeze"]) or "nothing"
        lines.append(f"- Started from {recipe['init']}, with {frozen} frozen.")
    if data["skipped"]:
        lines += ["", "Left out:", ""]
        lines += [f"- {reason}: {count}" for reason, count in data["skipped"].items()]
    return lines


def card_of_quality(held_out: dict[str, Any], classes: Sequence[str]) -> list[str]:
    lines = ["", "## How good it is", ""]
    if held_out["subjects"]:
        lines += [
            f"On {held_out['videos']} videos of {held_out['subjects']} subjects that were held "
            "out, pair by pair (not the score of a whole run, which `mestr evaluate` gives):",
            "",
        ]
        if held_out["spot_loss"] is not None:
            lines.append(f"- spotting, mean squared error: {held_out['spot_loss']:.4f}")
        if held_out["confusion"]:
            lines.append(f"- recognition, part that is right: {held_out['recog_accuracy']:.3f}")
            lines += ["", *markdown_confusion(np.asarray(held_out["confusion"]), classes)]
    else:
        lines.append("No subject was held out: its own training run says nothing about that.")
    return lines


CARD_END = [
    "",
    "## What it is not for",
    "",
    "Research on micro-expressions only. It says nothing reliable about what a person feels or "
    "thinks, and must not be used to judge people.",
    "",
]


def write_model_card(path: Path, record: ModelRecord, sha256: str, summary: dict[str, Any]) -> None:
    lines = [
        *card_of_model(record, sha256, summary["data"]),
        *card_of_training(summary["recipe"], summary["data"], summary["versions"]["torch"]),
        *card_of_quality(summary["held_out"], record.classes),
        *CARD_END,
    ]
    write_atomically(path, "\n".join(lines).encode())


def write_summary(path: Path, summary: dict[str, Any]) -> None:
    write_atomically(path, (json.dumps(summary, indent=1, ensure_ascii=False) + "\n").encode())
