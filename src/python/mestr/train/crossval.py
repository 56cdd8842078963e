"""Leave-one-subject-out cross-validation: features, one model a subject, each subject run with the model that has not
seen it, and the score of all. The program mestr runs and scores; the networks are trained here."""

import hashlib
import shlex
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mestr.errors import ConfigError, InputError
from mestr.files import read_json, write_atomically
from mestr.labels import read_labels
from mestr.labels.csv_table import read_bytes
from mestr.labels.manifest import (
    read_video_manifest,
    with_micro_expressions,
    write_video_manifest,
)
from mestr.subprograms import run_program
from mestr.train.options import Say

MEAN, WINDOW = "mean", "window"  # networks, and what the models are called


@dataclass(frozen=True)
class Crossval:
    """What a cross-validation is of. Flags are those of `mestr run`."""

    program: Path  # mestr
    inputs: tuple[str, ...]  # videos that carry subjects: data-set roots or manifests
    labels: Path
    output: Path  # folder for everything that is written
    configs: tuple[str, ...] = ()  # flags: "--config", "mean_cas", ...
    common: tuple[str, ...] = ()  # other flags of features and run: "--set", "spot.p=0.5", ...
    classes: tuple[str, ...] = ()  # "--classes", "negative,positive"; empty: the training's default
    published_selection: bool = False  # videos without a micro-expression are in neither training nor test

    @property
    def models(self) -> Path:
        return self.output / "models"

    @property
    def features(self) -> Path:
        return self.output / "features"

    def begin(self, also: Sequence[str] = ()) -> None:
        """Refuses a folder of another call, whose features would be trained on as if they were this one's; removes what
        this call writes anew. `also`: further words that make a call another."""
        call_file = self.output / "call.txt"
        call = self._call(also)
        if call_file.is_file() and call_file.read_text(encoding="utf-8") != call:
            raise ConfigError(
                f"{self.output} was made with other videos, labels or flags: choose another folder, or remove it"
            )
        write_atomically(call_file, call.encode())
        shutil.rmtree(self.models, ignore_errors=True)
        for name in ("score.json", "score.txt"):
            (self.output / name).unlink(missing_ok=True)

    def _call(self, also: Sequence[str]) -> str:
        selection = ["--published-selection"] if self.published_selection else []
        words = [*self.inputs, *selection, *self.configs, *self.common, *also]
        digest = hashlib.sha256(read_bytes(self.labels)).hexdigest()
        return "".join(f"{shlex.quote(word)} " for word in words) + f"{digest}  -\n"

    def selected(self, say: Say) -> "Crossval":
        """The same of the videos that have a micro-expression, whose manifests go to the folder."""
        if not self.published_selection:
            return self
        labels, inputs = read_labels(self.labels), []
        for i, name in enumerate(self.inputs):
            rows = read_video_manifest(Path(name))
            kept = with_micro_expressions(rows, labels, name)
            say(f"{name}: {len(rows) - len(kept)} videos without a micro-expression are dropped")
            path = self.output / f"selected_{i}.csv"
            write_video_manifest(path, kept)
            inputs.append(str(path))
        return replace(self, inputs=tuple(inputs))

    def features_kind(self) -> str | None:
        """Of the features that are there."""
        manifest = self.features / "manifest.json"
        return str(read_json(manifest, "`mestr features`")["features"]) if manifest.is_file() else None

    def write_features(self) -> str:
        """The features' kind; those that are there already are kept."""
        words = [*self.inputs, "-o", self.features, "--labels", self.labels]
        self._mestr("features", *words, *self.configs, *self.common)
        kind = self.features_kind()
        if kind is None:
            raise InputError(f"{self.features}: `mestr features` wrote no manifest.json")
        return kind

    def run(self, network: str) -> None:
        """Each subject with the model that has not seen it, by the map that the training wrote."""
        by_subject = self.models / f"{network}_loso.yaml"
        words = [*self.inputs, "-o", self.output / "results", "--overwrite"]
        self._mestr("run", *words, *self.configs, *self.common, "--config", by_subject)

    def score(self) -> str:
        """The table of all subjects; score.txt and score.json have it."""
        words = ["--pred", self.output / "results", "--truth", self.labels, *self.configs, *self.classes]
        words += ["--by", "subject", "--bootstrap", 1000, "--json", self.output / "score.json"]
        table = run_program([self.program, "evaluate", *words], captured=True)
        write_atomically(self.output / "score.txt", table)
        return table.decode()

    def _mestr(self, *words: object) -> None:
        run_program([self.program, *words])


def check_manifests(inputs: Sequence[str], flag: str) -> None:
    """`flag`: what takes nothing else."""
    for name in inputs:
        if not name.endswith(".csv"):
            raise ConfigError(f"{flag}: {name} is no manifest (CSV of dataset,subject,video,path,fps)")


def network_of(kind: str) -> str:
    """Which network is trained on features of a kind."""
    if kind == "mean-v1":
        return MEAN
    if kind.startswith("roi-flow-"):
        return WINDOW
    raise ConfigError(f"features of kind {kind}: no cross-validation of their networks")


Trainer = Callable[[Crossval], str]  # writes models and their map, and gives the network


def cross_validate(crossval: Crossval, train: Trainer, say: Say, also: Sequence[str] = ()) -> str:
    """The table of all subjects. Raises StepFailedError where the program mestr fails, which has said why."""
    crossval.begin(also)
    selected = crossval.selected(say)
    network = train(selected)
    say("== Spotting and recognition, each subject with the model that has not seen it")
    selected.run(network)
    say("== Score")
    return selected.score()
