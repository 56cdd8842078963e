"""Training of a network of sequences: from features and labels to a model."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mestr.files import write_atomically
from mestr.train.evidence import TERMS
from mestr.train.feature_set import FeatureSource, videos_of
from mestr.train.folds import Rates, find_rates
from mestr.train.kinds import SEQUENCE_ROWS
from mestr.train.model_file import save_model
from mestr.train.model_record import PROBABILITIES_FORMAT, ModelRecord
from mestr.train.options import About, Say, quiet
from mestr.train.samples import LabelSource, join, labels_of
from mestr.train.sequence_network import SequenceNetwork
from mestr.train.sequence_options import SequenceOptions
from mestr.train.sequence_training import train_sequence_network
from mestr.train.training import deterministic

# Evidence is the score, until a calibration says more.
SCORE_ALONE = {term: float(term == "score") for term in TERMS}


@dataclass(frozen=True)
class SequenceResult:
    """A trained model, and what its training was."""

    network: SequenceNetwork  # in evaluation mode
    record: ModelRecord
    losses: Sequence[float]  # the mean of each hundredth part of the training

    def save(self, path: Path) -> str:
        """Writes the model file and gives its SHA-256."""
        return save_model(self.network, self.record, path)

    def write(self, folder: Path, say: Say = quiet) -> None:
        """NAME.pt and NAME_loss.csv."""
        path = folder / f"{self.record.name}.pt"
        sha256 = self.save(path)
        count = len(self.losses)
        lines = [f"{(i + 1) / count:.2f},{loss:.6f}\n" for i, loss in enumerate(self.losses)]
        log = folder / f"{self.record.name}_loss.csv"
        write_atomically(log, ("part,loss\n" + "".join(lines)).encode())
        say(f"wrote {path}, SHA-256 {sha256}")


def _record(options: SequenceOptions, about: About, rates: Rates) -> ModelRecord:
    return ModelRecord(
        name=about.name,
        version=about.version,
        classes=list(options.classes),
        fps=rates.fps,
        k_frames=rates.k[rates.fps],
        k_p_frames=rates.k_p[rates.fps],
        p=options.p,
        training_data=about.training_data,
        licence=about.licence,
        features=SEQUENCE_ROWS.name,
        row_shape=list(SEQUENCE_ROWS.shape),
        input="sequences",
        format=PROBABILITIES_FORMAT,
        scores="probabilities",
        evidence=SCORE_ALONE,
    )


def train_sequence(
    features: FeatureSource,
    labels: LabelSource,
    options: SequenceOptions,
    about: About,
    say: Say = quiet,
) -> SequenceResult:
    """Trains a network of sequences, whose scores are probabilities.

    features: of kind "flow-grid-v1": the folder that `mestr features` wrote, or several; or videos from memory
        (`mestr.train.extract_videos`).
    labels: a label CSV, several, or rows of them (`mestr.read_labels`).
    say: gets the lines that tell how it goes.

    The same arguments give the same weights on one machine's CPU; PyTorch's settings and random numbers are afterwards
    as they were. Raises InputError, ConfigError.
    """
    truth = labels_of(labels)
    videos = join(videos_of(features, SEQUENCE_ROWS), truth, say)
    rates = find_rates(videos, options.fps, None, None, say)
    with deterministic(options.threads):
        network, losses = train_sequence_network(videos, options, say)
    return SequenceResult(network, _record(options, about, rates), losses)
