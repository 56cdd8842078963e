"""What scripts/train_window.py does with its arguments."""

import argparse
import dataclasses
import sys
from collections.abc import Sequence

import numpy as np

from mestr.errors import ConfigError, InputError
from mestr.files import write_atomically
from mestr.labels import read_labels
from mestr.train.folds import Fold, check_name, make_folds, write_loso_map
from mestr.train.model_file import save_model
from mestr.train.samples import LabelledVideo, join
from mestr.train.training import History, choose_device, make_deterministic
from mestr.train.window_network import PUBLISHED, WindowShape, model_of
from mestr.train.window_recipe import (
    BATCH,
    DECODE_OF,
    EMOTIONS,
    EPOCHS,
    LEARNING_RATE,
    NEGATIVES,
    NEUTRAL,
    SYNERGY_OF,
    WindowRecipe,
)
from mestr.train.window_record import WindowRecord
from mestr.train.window_set import NETWORK_OF, WindowKind, WindowVideo, read_windows
from mestr.train.window_targets import K_P_BY_NETWORK, UsedEvent, used_events
from mestr.train.window_training import joined, train_window_network, training_windows, windows_of

Videos = list[LabelledVideo[WindowVideo]]


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def classes_of(arguments: argparse.Namespace) -> list[str]:
    emotions = arguments.classes or EMOTIONS.split(",")
    if NEUTRAL in emotions:
        raise ConfigError(f"--classes: {NEUTRAL} is there anyway, as the last class")
    return [*emotions, NEUTRAL]


def read_videos(arguments: argparse.Namespace, classes: Sequence[str]) -> tuple[Videos, WindowKind]:
    videos, kind = read_windows(arguments.features, say)
    labelled = join(videos, read_labels(*arguments.labels), say)
    unknown = {x.emotion for entry in labelled for x in entry.expressions} - set(classes)
    if unknown:
        say(f"label rows of {', '.join(sorted(unknown))} are not used: no classes of the model")
    if arguments.published_selection:
        with_events = [entry for entry in labelled if _events([entry], kind, "mended", classes)]
        say(f"{len(labelled) - len(with_events)} videos without a micro-expression are dropped")
        labelled = with_events
    return labelled, kind


def _events(
    videos: Sequence[LabelledVideo], kind: WindowKind, targets: str, classes: Sequence[str]
) -> list[UsedEvent]:
    step = kind.window.frame_step
    return [x for entry in videos for x in used_events(entry.expressions, step, targets, classes)]


def network_of(arguments: argparse.Namespace, kind: WindowKind, class_count: int) -> WindowShape:
    network = arguments.network or NETWORK_OF[kind.features]
    sizes = {
        name: getattr(arguments, name)
        for name in ("width", "states", "depth")
        if getattr(arguments, name) is not None
    }
    return dataclasses.replace(
        PUBLISHED[network],
        values=kind.values(),
        class_count=class_count,
        bounds=arguments.decode == "bounds",
        **sizes,
    )


def recipe_of(arguments: argparse.Namespace, network: str, kind: WindowKind) -> WindowRecipe:
    every_frame = kind.window.frame_step == 1

    def given(value: float | None, default: float) -> float:
        return default if value is None else value

    recipe = WindowRecipe(
        epochs=int(given(arguments.epochs, EPOCHS[network])),
        learning_rate=given(arguments.learning_rate, LEARNING_RATE[network]),
        batch=int(given(arguments.batch, BATCH[every_frame])),
        negatives=given(arguments.negatives, NEGATIVES[every_frame]),
        seed=arguments.seed,
        device=choose_device(arguments.device),
    )
    say(
        f"{network}: {recipe.epochs} epochs, learning rate {recipe.learning_rate:g}, batches of "
        f"{recipe.batch} windows, {recipe.negatives:g} without for each with a micro-expression"
    )
    return recipe


@dataclasses.dataclass
class Call:
    """What is the same for all folds."""

    arguments: argparse.Namespace
    kind: WindowKind
    shape: WindowShape
    recipe: WindowRecipe
    classes: list[str]
    k_p_frames: int | None  # None: each fold's own


def record_of(call: Call, fold: Fold) -> WindowRecord:
    arguments, network = call.arguments, call.shape.network
    k_p_frames = call.k_p_frames or k_p_of(fold.train, call)
    synergy = SYNERGY_OF[network] if arguments.synergy is None else arguments.synergy
    return WindowRecord(
        name=fold.name,
        version=arguments.model_version,
        classes=call.classes,
        features=call.kind.features,
        row_shape=[call.kind.values()],
        variant=call.kind.variant,
        fps=fold.train[0].video.fps,
        window=call.kind.window,
        k_p_frames=k_p_frames,
        p=arguments.p,
        decode=arguments.decode or DECODE_OF[network],
        synergy=synergy,
        training_data=arguments.training_data,
        licence=arguments.licence,
    )


def k_p_of(videos: Sequence[LabelledVideo], call: Call) -> int:
    events = _events(videos, call.kind, call.arguments.targets, call.classes)
    if not events:
        raise InputError("no label row of a class of the model is left to train on")
    return K_P_BY_NETWORK[call.shape.network]([event.length for event in events])


def train_fold(fold: Fold, call: Call) -> None:
    arguments, targets = call.arguments, call.arguments.targets
    record = record_of(call, fold)
    record.check()
    train = training_windows(fold.train, call.classes, targets, call.recipe)
    say(
        f"{fold.name}: {len(fold.train)} videos, {len(train)} windows "
        f"({int(train.spot.any(axis=1).sum())} with a micro-expression), k_p = {record.k_p_frames}"
    )
    missing = set(range(len(call.classes))) - set(np.unique(train.classes).tolist())
    if missing:
        names = ", ".join(call.classes[i] for i in sorted(missing))
        say(f"{fold.name}: no training frame of class {names}: it is not learnt")
    held_out = fold.held_out
    held_out_windows = (
        joined(held_out, windows_of(held_out, call.classes, targets)) if held_out else None
    )
    network, history = train_window_network(call.shape, train, held_out_windows, call.recipe, say)
    path = arguments.output / f"{fold.name}.pt"
    sha256 = save_model(model_of(network), record, path)
    write_losses(history, fold.name, arguments)
    say(f"wrote {path}, SHA-256 {sha256}")


def write_losses(history: History, name: str, arguments: argparse.Namespace) -> None:
    columns = [history.train, history.held_out] if history.held_out else [history.train]
    lines = ["epoch,loss,held_out" if history.held_out else "epoch,loss"]
    for epoch, losses in enumerate(zip(*columns, strict=True), start=1):
        lines.append(",".join([str(epoch), *(f"{loss:.6f}" for loss in losses)]))
    write_atomically(arguments.output / f"{name}_loss.csv", ("\n".join(lines) + "\n").encode())


def train(arguments: argparse.Namespace) -> None:
    make_deterministic(arguments.threads)
    check_name(arguments.name)
    classes = classes_of(arguments)
    videos, kind = read_videos(arguments, classes)
    shape = network_of(arguments, kind, len(classes))
    recipe = recipe_of(arguments, shape.network, kind)
    call = Call(arguments, kind, shape, recipe, classes, arguments.k_p)
    if call.k_p_frames is None and arguments.targets == "published":
        call.k_p_frames = k_p_of(videos, call)  # of all subjects, the held-out ones too
    folds = make_folds(videos, arguments)
    for fold in folds:
        train_fold(fold, call)
    if arguments.loso:
        path = arguments.output / f"{arguments.name}_loso.yaml"
        write_loso_map(folds, path)
        say(f"wrote {path}")
