"""What scripts/train_mean.py does with its arguments: folds, training, and the files it leaves."""

import argparse
import dataclasses
import json
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from mestr.errors import InputError, ModelError
from mestr.labels import read_labels
from mestr.train import report
from mestr.train.feature_set import read_features
from mestr.train.folds import (
    Fold,
    Rates,
    check_name,
    find_rates,
    make_folds,
    safe_name,
    subject_of,
    write_loso_map,
)
from mestr.train.model_file import ModelRecord, load_model, save_model
from mestr.train.network import MeanNetwork
from mestr.train.recipe import DEFAULT_CLASSES, Recipe
from mestr.train.samples import (
    join,
    recognition_samples,
    spot_samples,
)
from mestr.train.training import (
    History,
    Samples,
    check_frozen,
    choose_device,
    make_deterministic,
    predict_classes,
    run_video,
    train_recognition,
    train_spotting,
)


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def start_network(arguments: argparse.Namespace, rates: Rates) -> tuple[MeanNetwork, list[str]]:
    if arguments.init is None:
        classes = arguments.classes or DEFAULT_CLASSES.split(",")
        return MeanNetwork(len(classes)), classes
    network, record = load_model(arguments.init)
    if arguments.classes and arguments.classes != record.classes:
        raise ModelError(
            f"{arguments.init} has the classes {', '.join(record.classes)}, not "
            + ", ".join(arguments.classes)
        )
    for rate, k in rates.k.items():
        expected = record.k_frames * rate / record.fps
        if abs(k - expected) > 0.5:
            raise ModelError(
                f"{arguments.init} was trained with k = {record.k_frames} at {record.fps:g} fps; "
                f"the features have k = {k} at {rate:g} fps"
            )
    return network, record.classes


@dataclass
class FoldData:
    spot_train: Samples
    spot_held_out: Samples
    recog_train: Samples
    recog_held_out: Samples
    skipped: dict[str, int]  # micro-expressions without an input for recognition, by reason


def fold_data(
    fold: Fold, rates: Rates, classes: Sequence[str], arguments: argparse.Namespace
) -> FoldData:
    generator = np.random.default_rng(arguments.seed)
    kind = arguments.recognition_samples
    samples, targets, skipped = recognition_samples(fold.train, classes, kind)
    held_out_samples, held_out_targets, _ = recognition_samples(fold.held_out, classes, kind)
    return FoldData(
        spot_train=spot_samples(fold.train, rates.window, generator),
        spot_held_out=spot_samples(fold.held_out, rates.window, generator),
        recog_train=(samples, targets),
        recog_held_out=(held_out_samples, held_out_targets),
        skipped=skipped,
    )


def check_classes(fold: Fold, data: FoldData, classes: Sequence[str], recog_epochs: int) -> None:
    for reason, count in data.skipped.items():
        say(f"{fold.name}: {count} micro-expressions skipped for recognition: {reason}")
    missing = [name for i, name in enumerate(classes) if not (data.recog_train[1] == i).any()]
    if not missing or recog_epochs == 0:
        return
    if len(missing) == len(classes):
        raise InputError(
            f"{fold.name}: no input for recognition; make the features with labels, or use "
            "--recognition-samples sliding, or --recog-epochs 0"
        )
    say(f"{fold.name}: no training input of class {', '.join(missing)}: it is not learnt")


@dataclass
class FoldResult:
    record: ModelRecord
    spot: History
    recog: History
    truth: np.ndarray  # of the held-out inputs for recognition
    predicted: np.ndarray


def train_fold(
    fold: Fold, rates: Rates, arguments: argparse.Namespace, recipe: Recipe
) -> FoldResult:
    torch.manual_seed(recipe.seed)
    network, classes = start_network(arguments, rates)
    data = fold_data(fold, rates, classes, arguments)
    say(
        f"{fold.name}: {len(fold.train)} videos, {len(data.spot_train[0])} pairs for spotting "
        f"({int(data.spot_train[1].sum())} positive), {len(data.recog_train[0])} inputs for "
        "recognition"
    )
    check_classes(fold, data, classes, recipe.recog_epochs)
    spot = train_spotting(network, data.spot_train, data.spot_held_out, recipe, say)
    recog = train_recognition(network, data.recog_train, data.recog_held_out, recipe, say)
    held_out, truth = data.recog_held_out
    predicted = predict_classes(network, held_out, recipe.device) if held_out else truth
    record = ModelRecord(
        name=fold.name,
        version=arguments.model_version,
        classes=list(classes),
        fps=rates.fps,
        k_frames=rates.k[rates.fps],
        k_p_frames=rates.k_p[rates.fps],
        p=arguments.p,
        training_data=arguments.training_data,
        licence=arguments.licence,
    )
    result = FoldResult(record, spot, recog, truth, predicted)
    sha256 = save_model(network, record, arguments.output / f"{fold.name}.pt")
    folder = report_folder(fold, arguments)
    summary = summarise(fold, data, result, rates, arguments, recipe, sha256)
    report.write_summary(folder / "training.json", summary)
    report.write_model_card(arguments.output / f"{fold.name}.md", record, sha256, summary)
    if not arguments.no_plots:
        plot(fold, result, network, rates, folder, recipe.device)
    say(f"wrote {arguments.output / fold.name}.pt")
    return result


def report_folder(fold: Fold, arguments: argparse.Namespace) -> Path:
    folder = arguments.report or arguments.output / f"{arguments.name}_report"
    return folder / fold.name if arguments.loso else folder


def plot(
    fold: Fold, result: FoldResult, network: MeanNetwork, rates: Rates, folder: Path, device: str
) -> None:
    report.plot_losses(result.spot, result.recog, folder / "losses.png")
    for entry in fold.held_out:
        scores, _ = run_video(network, entry.video, device)
        name = safe_name("_".join(part for part in entry.video.key if part))
        file = folder / "scores" / f"{name}.png"
        report.plot_scores(entry, scores, rates.k_p_of(entry.video), result.record.p, file)


def summarise_data(fold: Fold, data: FoldData, rates: Rates, classes: Sequence[str]) -> dict:
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
            name: int((data.recog_train[1] == i).sum()) for i, name in enumerate(classes)
        },
        "skipped": data.skipped,
    }


def summarise(
    fold: Fold,
    data: FoldData,
    result: FoldResult,
    rates: Rates,
    arguments: argparse.Namespace,
    recipe: Recipe,
    sha256: str,
) -> dict:
    """What training.json holds and the model card is written from."""
    classes = result.record.classes
    truth, predicted = result.truth, result.predicted
    table = report.confusion(truth, predicted, len(classes))
    return {
        "record": json.loads(result.record.to_json()),
        "sha256": sha256,
        "data": summarise_data(fold, data, rates, classes),
        "recipe": {
            **dataclasses.asdict(recipe),
            "recognition_samples": arguments.recognition_samples,
            "init": load_model(arguments.init)[1].name if arguments.init else None,
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
            "threads": arguments.threads,
        },
    }


def write_loso(
    folds: Sequence[Fold], results: Sequence[FoldResult], arguments: argparse.Namespace
) -> None:
    path = arguments.output / f"{arguments.name}_loso.yaml"
    write_loso_map(folds, path)
    truth = np.concatenate([r.truth for r in results])
    predicted = np.concatenate([r.predicted for r in results])
    classes = results[0].record.classes
    if len(truth):
        say(f"held-out inputs of all {len(folds)} folds, {np.mean(truth == predicted):.3f} right:")
        table = report.confusion(truth, predicted, len(classes))
        say("\n".join(report.markdown_confusion(table, classes)))
    say(f"wrote {path}")


def train(arguments: argparse.Namespace) -> None:
    recipe = Recipe(
        spot_epochs=arguments.spot_epochs,
        recog_epochs=arguments.recog_epochs,
        learning_rate=arguments.learning_rate,
        batch=arguments.batch,
        stream_l2=arguments.stream_l2,
        head_l2=arguments.head_l2,
        balance_classes=arguments.balance_classes,
        seed=arguments.seed,
        device=choose_device(arguments.device),
        freeze=tuple(arguments.freeze),
    )
    make_deterministic(arguments.threads)
    check_frozen(recipe.freeze)
    check_name(arguments.name)
    labels = read_labels(*arguments.labels)
    videos = join(read_features(arguments.features), labels, say)
    rates = find_rates(videos, arguments.fps, arguments.k_p, arguments.spot_window, say)
    folds = make_folds(videos, arguments)
    results = [train_fold(fold, rates, arguments, recipe) for fold in folds]
    if arguments.loso:
        write_loso(folds, results, arguments)
