"""What a training of MEAN leaves on disk: models, cards, losses and plots."""

import json
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from mestr.train import report
from mestr.train.folds import models_by_subject, safe_name, subject_of, write_loso_map
from mestr.train.mean import MeanResult
from mestr.train.mean_training import run_video
from mestr.train.model_file import load_model
from mestr.train.options import Say


@dataclass(frozen=True)
class MeanOutput:
    """Where it goes."""

    folder: Path
    name: str  # of the model, and of all files
    report: Path | None = None  # folder of losses and plots; None: NAME_report in `folder`
    plots: bool = True

    def report_of(self, result: MeanResult, leave_one_out: bool) -> Path:
        folder = self.report or self.folder / f"{self.name}_report"
        return folder / result.fold.name if leave_one_out else folder


def _plot(result: MeanResult, folder: Path) -> None:
    report.plot_losses(result.spot, result.recog, folder / "losses.png")
    for entry in result.fold.held_out:
        scores, _ = run_video(result.network, entry.video, result.options.device)
        name = safe_name("_".join(part for part in entry.video.key if part))
        file = folder / "scores" / f"{name}.png"
        k_p = result.rates.k_p_of(entry.video)
        report.plot_scores(entry, scores, k_p, result.record.p, file)


def _summary_of_data(result: MeanResult) -> dict[str, Any]:
    fold, data, rates = result.fold, result.data, result.rates
    return {
        "train_videos": len(fold.train),
        "train_subjects": len({subject_of(e) for e in fold.train}),
        "train_expressions": sum(len(e.expressions) for e in fold.train),
        "mean_length_frames": rates.mean_length_frames,
        "window_frames": rates.window_frames,
        "spot_samples": len(data.spot_train[0]),
        "spot_positives": int(data.spot_train[1].sum()),
        "recog_samples": len(data.recog_train[0]),
        "recog_samples_by_class": {
            name: int((data.recog_train[1] == i).sum()) for i, name in enumerate(result.record.classes)
        },
        "skipped": data.skipped,
    }


def summary_of(result: MeanResult, sha256: str) -> dict[str, Any]:
    """What training.json holds and the model card is written from."""
    fold, options = result.fold, result.options
    classes = result.record.classes
    truth, predicted = result.truth, result.predicted
    table = report.confusion(truth, predicted, len(classes))
    return {
        "record": json.loads(result.record.to_json()),
        "sha256": sha256,
        "data": _summary_of_data(result),
        "recipe": {
            **options.recipe(),
            "init": load_model(options.init)[1].name if options.init else None,
        },
        "held_out": {
            "subjects": len({subject_of(e) for e in fold.held_out}),
            "videos": len(fold.held_out),
            "spot_loss": result.spot.held_out[-1] if result.spot.held_out else None,
            "recog_accuracy": float(np.mean(truth == predicted)) if len(truth) else None,
            "confusion": table.tolist() if len(truth) else None,
        },
        "history": {"spotting": vars(result.spot), "recognition": vars(result.recog)},
        "versions": {
            "torch": torch.__version__,
            "numpy": np.__version__,
            "python": platform.python_version(),
            "threads": options.threads,
        },
    }


def _write_fold(result: MeanResult, output: MeanOutput, report_folder: Path, say: Say) -> None:
    name = result.fold.name
    sha256 = result.save(output.folder / f"{name}.pt")
    summary = summary_of(result, sha256)
    report.write_summary(report_folder / "training.json", summary)
    report.write_model_card(output.folder / f"{name}.md", result.record, sha256, summary)
    if output.plots:
        _plot(result, report_folder)
    say(f"wrote {output.folder / name}.pt")


def write_folds(
    results: Iterable[MeanResult], output: MeanOutput, leave_one_out: bool, say: Say
) -> None:
    """Each fold's files as soon as it is trained, and of all of them the map from subject to model."""
    folds, truths, predictions, classes = [], [], [], list[str]()
    for result in results:
        _write_fold(result, output, output.report_of(result, leave_one_out), say)
        folds.append(result.fold)
        truths.append(result.truth)
        predictions.append(result.predicted)
        classes = result.record.classes
    if not leave_one_out:
        return
    path = output.folder / f"{output.name}_loso.yaml"
    write_loso_map(models_by_subject(folds), path)
    truth, predicted = np.concatenate(truths), np.concatenate(predictions)
    if len(truth):
        say(f"held-out inputs of all {len(folds)} folds, {np.mean(truth == predicted):.3f} right:")
        table = report.confusion(truth, predicted, len(classes))
        say("\n".join(report.markdown_confusion(table, classes)))
    say(f"wrote {path}")
