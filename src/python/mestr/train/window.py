"""Training of a network of windows: from features and labels to models, one a fold."""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mestr.errors import ConfigError, InputError
from mestr.files import AnyPath, paths_of, write_atomically
from mestr.train.folds import Fold, make_folds, models_by_subject, write_loso_map
from mestr.train.model_file import save_model
from mestr.train.options import About, Say, Split, quiet
from mestr.train.samples import LabelledVideo, LabelSource, join, labels_of
from mestr.train.training import History, choose_device, deterministic
from mestr.train.window_models import model_of
from mestr.train.window_network import WindowNetwork
from mestr.train.window_options import DECODE_OF, SYNERGY_OF, WindowOptions, WindowRecipe
from mestr.train.window_record import WindowRecord
from mestr.train.window_set import NETWORK_OF, WindowKind, WindowVideo, read_windows
from mestr.train.window_shape import PUBLISHED, WindowShape
from mestr.train.window_targets import K_P_BY_NETWORK, UsedEvent, used_events
from mestr.train.window_training import joined, train_window_network, training_windows, windows_of

Videos = list[LabelledVideo[WindowVideo]]


@dataclass(frozen=True)
class WindowResult:
    """A trained model, and what its training was."""

    fold: Fold[WindowVideo]
    network: WindowNetwork  # in evaluation mode
    record: WindowRecord
    history: History

    def save(self, path: Path) -> str:
        """Writes the model file and gives its SHA-256."""
        return save_model(model_of(self.network), self.record, path)

    def write(self, folder: Path, say: Say = quiet) -> None:
        """NAME.pt and NAME_loss.csv."""
        path = folder / f"{self.record.name}.pt"
        sha256 = self.save(path)
        history = self.history
        columns = [history.train, history.held_out] if history.held_out else [history.train]
        lines = ["epoch,loss,held_out" if history.held_out else "epoch,loss"]
        for epoch, losses in enumerate(zip(*columns, strict=True), start=1):
            lines.append(",".join([str(epoch), *(f"{loss:.6f}" for loss in losses)]))
        log = folder / f"{self.record.name}_loss.csv"
        write_atomically(log, ("\n".join(lines) + "\n").encode())
        say(f"wrote {path}, SHA-256 {sha256}")


@dataclass(frozen=True)
class _Call:
    """What is the same for all folds."""

    options: WindowOptions
    about: About
    kind: WindowKind
    shape: WindowShape
    recipe: WindowRecipe
    k_p_frames: int | None  # None: each fold's own
    say: Say


def _read_videos(
    features: AnyPath | Sequence[AnyPath], labels: LabelSource, options: WindowOptions, say: Say
) -> tuple[Videos, WindowKind]:
    videos, kind = read_windows(paths_of(features), say)
    labelled = join(videos, labels_of(labels), say)
    unknown = {x.emotion for entry in labelled for x in entry.expressions} - set(options.classes)
    if unknown:
        say(f"label rows of {', '.join(sorted(unknown))} are not used: no classes of the model")
    if options.published_selection:
        mended = dataclasses.replace(options, targets="mended")
        with_events = [entry for entry in labelled if _events([entry], kind, mended)]
        say(f"{len(labelled) - len(with_events)} videos without a micro-expression are dropped")
        labelled = with_events
    return labelled, kind


def _events(
    videos: Sequence[LabelledVideo[WindowVideo]], kind: WindowKind, options: WindowOptions
) -> list[UsedEvent]:
    step, targets, classes = kind.window.frame_step, options.targets, options.classes
    return [x for entry in videos for x in used_events(entry.expressions, step, targets, classes)]


def _shape_of(options: WindowOptions, kind: WindowKind) -> WindowShape:
    return dataclasses.replace(
        PUBLISHED[options.network or NETWORK_OF[kind.features]],
        values=kind.values(),
        class_count=len(options.classes),
        bounds=options.decode == "bounds",
        **options.sizes(),
    )


def _k_p_of(
    videos: Sequence[LabelledVideo[WindowVideo]], kind: WindowKind, options: WindowOptions, network: str
) -> int:
    events = _events(videos, kind, options)
    if not events:
        raise InputError("no label row of a class of the model is left to train on")
    return K_P_BY_NETWORK[network]([event.length for event in events])


def _record_of(call: _Call, fold: Fold[WindowVideo]) -> WindowRecord:
    options, about, network = call.options, call.about, call.shape.network
    k_p_frames = call.k_p_frames or _k_p_of(fold.train, call.kind, options, network)
    return WindowRecord(
        name=fold.name,
        version=about.version,
        classes=options.classes,
        features=call.kind.features,
        row_shape=[call.kind.values()],
        variant=call.kind.variant,
        fps=fold.train[0].video.fps,
        window=call.kind.window,
        k_p_frames=k_p_frames,
        p=options.p,
        decode=options.decode or DECODE_OF[network],
        synergy=SYNERGY_OF[network] if options.synergy is None else options.synergy,
        training_data=about.training_data,
        licence=about.licence,
    )


def _train_fold(fold: Fold[WindowVideo], call: _Call) -> WindowResult:
    classes, targets, say = call.options.classes, call.options.targets, call.say
    record = _record_of(call, fold)
    record.check()
    train = training_windows(fold.train, classes, targets, call.recipe)
    say(
        f"{fold.name}: {len(fold.train)} videos, {len(train)} windows "
        f"({int(train.spot.any(axis=1).sum())} with a micro-expression), k_p = {record.k_p_frames}"
    )
    missing = set(range(len(classes))) - set(np.unique(train.classes).tolist())
    if missing:
        names = ", ".join(classes[i] for i in sorted(missing))
        say(f"{fold.name}: no training frame of class {names}: it is not learnt")
    held_out = fold.held_out
    held_out_windows = joined(held_out, windows_of(held_out, classes, targets)) if held_out else None
    with deterministic(call.options.threads):
        network, history = train_window_network(
            call.shape, train, held_out_windows, call.recipe, say
        )
    return WindowResult(fold, network, record, history)


def train_window_folds(
    features: AnyPath | Sequence[AnyPath],
    labels: LabelSource,
    options: WindowOptions,
    about: About,
    split: Split,
    say: Say = quiet,
) -> Iterator[WindowResult]:
    """The models of all folds, each as soon as it is trained; nothing is written. See `train_window`.

    What is wrong with the arguments is raised now, not with the first fold.
    """
    videos, kind = _read_videos(features, labels, options, say)
    shape = _shape_of(options, kind)
    every_frame = kind.window.frame_step == 1
    recipe = options.recipe(shape.network, every_frame, choose_device(options.device))
    say(
        f"{shape.network}: {recipe.epochs} epochs, learning rate {recipe.learning_rate:g}, batches of "
        f"{recipe.batch} windows, {recipe.negatives:g} without for each with a micro-expression"
    )
    k_p_frames = options.k_p_frames
    if k_p_frames is None and options.targets == "published":
        # Of all subjects, the held-out ones too.
        k_p_frames = _k_p_of(videos, kind, options, shape.network)
    call = _Call(options, about, kind, shape, recipe, k_p_frames, say)
    folds = make_folds(videos, about.name, split)
    return (_train_fold(fold, call) for fold in folds)


def train_window(
    features: AnyPath | Sequence[AnyPath],
    labels: LabelSource,
    options: WindowOptions,
    about: About,
    split: Split | None = None,
    say: Say = quiet,
) -> WindowResult:
    """Trains a network of windows: ME-TST's, or BoostingVRME's slow-fast one.

    features: of a kind "roi-flow-...": the folder that `mestr features` wrote, or several of one kind.
    labels: a label CSV, several, or rows of them (`mestr.read_labels`).
    split: who trains and is held out; None: every subject trains.
    say: gets the lines that tell how it goes.

    The same arguments give the same weights on one machine's CPU; PyTorch's settings and random numbers are afterwards
    as they were. Raises InputError, ConfigError, DeviceError.
    """
    split = split or Split()
    if split.leave_one_out:
        raise ConfigError("leave_one_out trains several models: use train_window_folds")
    return next(train_window_folds(features, labels, options, about, split, say))


def write_folds(
    results: Iterable[WindowResult], folder: Path, name: str, leave_one_out: bool, say: Say
) -> None:
    """Each fold's files as soon as it is trained, and of all of them the map from subject to model."""
    folds = []
    for result in results:
        result.write(folder, say)
        folds.append(result.fold)
    if leave_one_out:
        path = folder / f"{name}_loso.yaml"
        write_loso_map(models_by_subject(folds), path)
        say(f"wrote {path}")
