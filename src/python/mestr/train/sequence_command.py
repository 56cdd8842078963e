"""What scripts/train_sequence.py does with its arguments."""

import argparse
import sys

from mestr.files import write_atomically
from mestr.labels import read_labels
from mestr.train.evidence import TERMS
from mestr.train.feature_set import RowKind, read_features
from mestr.train.folds import find_rates
from mestr.train.model_file import PROBABILITIES_FORMAT, ModelRecord, save_model
from mestr.train.recipe import DEFAULT_CLASSES
from mestr.train.samples import LabelledVideo, join
from mestr.train.sequence_batches import BatchOptions
from mestr.train.sequence_network import ROW_SHAPE, SEQUENCE_KIND
from mestr.train.sequence_training import SequenceRecipe, train_sequence_network
from mestr.train.training import make_deterministic

SEQUENCE_ROWS = RowKind(SEQUENCE_KIND, ROW_SHAPE)
# Evidence is the score, until a calibration says more.
SCORE_ALONE = {term: float(term == "score") for term in TERMS}


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def read_videos(arguments: argparse.Namespace) -> list[LabelledVideo]:
    labels = read_labels(*arguments.labels)
    return join(read_features(arguments.features, SEQUENCE_ROWS), labels, say)


def train(arguments: argparse.Namespace) -> None:
    make_deterministic(arguments.threads)
    videos = read_videos(arguments)
    rates = find_rates(videos, arguments.fps, None, None, say)
    classes = arguments.classes or DEFAULT_CLASSES.split(",")
    recipe = SequenceRecipe(
        steps=arguments.steps,
        learning_rate=arguments.learning_rate,
        seed=arguments.seed,
        batches=BatchOptions(plant=arguments.plant),
    )
    network, history = train_sequence_network(videos, classes, recipe, say)
    record = ModelRecord(
        name=arguments.name,
        version=arguments.model_version,
        classes=list(classes),
        fps=rates.fps,
        k_frames=rates.k[rates.fps],
        k_p_frames=rates.k_p[rates.fps],
        p=arguments.p,
        training_data=arguments.training_data,
        licence=arguments.licence,
        features=SEQUENCE_KIND,
        row_shape=list(ROW_SHAPE),
        input="sequences",
        format=PROBABILITIES_FORMAT,
        scores="probabilities",
        evidence=SCORE_ALONE,
    )
    path = arguments.output / f"{arguments.name}.pt"
    sha256 = save_model(network, record, path)
    lines = [f"{(i + 1) / len(history):.2f},{loss:.6f}\n" for i, loss in enumerate(history)]
    log = arguments.output / f"{arguments.name}_loss.csv"
    write_atomically(log, ("part,loss\n" + "".join(lines)).encode())
    say(f"wrote {path}, SHA-256 {sha256}")
