"""Training of MEAN: from features and labels to models, one a fold."""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from mestr.errors import ConfigError, InputError, ModelError
from mestr.train.feature_set import FeatureSource, videos_of
from mestr.train.folds import Fold, Rates, find_rates, make_folds
from mestr.train.mean_options import DEFAULT_CLASSES, MeanOptions
from mestr.train.mean_training import (
    Samples,
    check_frozen,
    predict_classes,
    train_recognition,
    train_spotting,
)
from mestr.train.model_file import load_model, save_model
from mestr.train.model_record import ModelRecord
from mestr.train.network import MeanNetwork
from mestr.train.options import About, Say, Split, quiet
from mestr.train.samples import LabelSource, join, labels_of, recognition_samples, spot_samples
from mestr.train.training import History, choose_device, deterministic
from mestr.train.videos import Video


def start_network(options: MeanOptions, rates: Rates) -> tuple[MeanNetwork, list[str]]:
    if options.init is None:
        classes = list(options.classes or DEFAULT_CLASSES.split(","))
        return MeanNetwork(len(classes)), classes
    network, record = load_model(options.init)
    if options.classes and list(options.classes) != record.classes:
        raise ModelError(
            f"{options.init} has the classes {', '.join(record.classes)}, not "
            + ", ".join(options.classes)
        )
    for rate, k in rates.k.items():
        expected = record.k_frames * rate / record.fps
        if abs(k - expected) > 0.5:
            raise ModelError(
                f"{options.init} was trained with k = {record.k_frames} at {record.fps:g} fps; "
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
    fold: Fold[Video], rates: Rates, classes: Sequence[str], options: MeanOptions
) -> FoldData:
    generator = np.random.default_rng(options.seed)
    kind = options.recognition_samples
    samples, targets, skipped = recognition_samples(fold.train, classes, kind)
    held_out_samples, held_out_targets, _ = recognition_samples(fold.held_out, classes, kind)
    return FoldData(
        spot_train=spot_samples(fold.train, rates.window, generator),
        spot_held_out=spot_samples(fold.held_out, rates.window, generator),
        recog_train=(samples, targets),
        recog_held_out=(held_out_samples, held_out_targets),
        skipped=skipped,
    )


def check_classes(
    fold: Fold[Video], data: FoldData, classes: Sequence[str], options: MeanOptions, say: Say
) -> None:
    for reason, count in data.skipped.items():
        say(f"{fold.name}: {count} micro-expressions skipped for recognition: {reason}")
    missing = [name for i, name in enumerate(classes) if not (data.recog_train[1] == i).any()]
    if not missing or options.recog_epochs == 0:
        return
    if len(missing) == len(classes):
        raise InputError(
            f"{fold.name}: no input for recognition; make the features with labels, or use "
            "--recognition-samples sliding, or --recog-epochs 0"
        )
    say(f"{fold.name}: no training input of class {', '.join(missing)}: it is not learnt")


@dataclass(frozen=True)
class MeanResult:
    """A trained model, and what its training was."""

    fold: Fold[Video]
    rates: Rates
    data: FoldData
    options: MeanOptions  # with the device that was taken
    network: MeanNetwork  # in evaluation mode
    record: ModelRecord
    spot: History
    recog: History
    truth: NDArray[np.int64]  # int64, classes of the held-out inputs for recognition
    predicted: NDArray[Any]  # the same, as the network has them

    def save(self, path: Path) -> str:
        """Writes the model file and gives its SHA-256."""
        return save_model(self.network, self.record, path)


def _train_fold(
    fold: Fold[Video], rates: Rates, options: MeanOptions, about: About, say: Say
) -> MeanResult:
    with deterministic(options.threads):
        torch.manual_seed(options.seed)
        return _trained(fold, rates, options, about, say)


def _trained(
    fold: Fold[Video], rates: Rates, options: MeanOptions, about: About, say: Say
) -> MeanResult:
    network, classes = start_network(options, rates)
    data = fold_data(fold, rates, classes, options)
    say(
        f"{fold.name}: {len(fold.train)} videos, {len(data.spot_train[0])} pairs for spotting "
        f"({int(data.spot_train[1].sum())} positive), {len(data.recog_train[0])} inputs for "
        "recognition"
    )
    check_classes(fold, data, classes, options, say)
    spot = train_spotting(network, data.spot_train, data.spot_held_out, options, say)
    recog = train_recognition(network, data.recog_train, data.recog_held_out, options, say)
    held_out, truth = data.recog_held_out
    predicted = predict_classes(network, held_out, options.device) if held_out else truth
    record = ModelRecord(
        name=fold.name,
        version=about.version,
        classes=list(classes),
        fps=rates.fps,
        k_frames=rates.k[rates.fps],
        k_p_frames=rates.k_p[rates.fps],
        p=options.p,
        training_data=about.training_data,
        licence=about.licence,
    )
    network.eval()
    return MeanResult(
        fold, rates, data, options, network, record, spot, recog, truth, predicted
    )


def train_mean_folds(
    features: FeatureSource,
    labels: LabelSource,
    options: MeanOptions,
    about: About,
    split: Split,
    say: Say = quiet,
) -> Iterator[MeanResult]:
    """The models of all folds, each as soon as it is trained; nothing is written. See `train_mean`.

    What is wrong with the arguments is raised now, not with the first fold.
    """
    options = dataclasses.replace(options, device=choose_device(options.device))
    check_frozen(options.freeze)
    truth = labels_of(labels)
    videos = join(videos_of(features), truth, say)
    rates = find_rates(videos, options.fps, options.k_p_frames, options.window_frames, say)
    folds = make_folds(videos, about.name, split)
    return (_train_fold(fold, rates, options, about, say) for fold in folds)


def train_mean(
    features: FeatureSource,
    labels: LabelSource,
    options: MeanOptions,
    about: About,
    split: Split | None = None,
    say: Say = quiet,
) -> MeanResult:
    """Trains a MEAN model.

    features: the folder that `mestr features` wrote, or several; or videos from memory (`mestr.train.extract_videos`).
    labels: a label CSV, several, or rows of them (`mestr.read_labels`).
    split: who trains and is held out; None: every subject trains.
    say: gets the lines that tell how it goes.

    The same arguments give the same weights on one machine's CPU; PyTorch's settings and random numbers are afterwards
    as they were. Raises InputError, ConfigError, ModelError (of
    `options.init`), DeviceError.

    Source: Liong, See, Chan 2023 (CITATION.cff).
    """
    split = split or Split()
    if split.leave_one_out:
        raise ConfigError("leave_one_out trains several models: use train_mean_folds")
    return next(train_mean_folds(features, labels, options, about, split, say))
