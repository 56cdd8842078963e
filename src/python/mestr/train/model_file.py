"""The `.pt` file that mestr loads: TorchScript of the network and its record, "mestr.json"."""

import dataclasses
import hashlib
import io
import json
import math
import warnings
import zipfile
from pathlib import Path
from typing import NoReturn

import torch

from mestr.errors import ConfigError, MestrError, ModelError
from mestr.files import write_atomically
from mestr.train.evidence import TERMS as EVIDENCE_TERMS
from mestr.train.network import CHANNELS, SIDE, MeanNetwork
from mestr.train.sequence_network import ROW_SHAPE as SEQUENCE_ROW_SHAPE
from mestr.train.sequence_network import SEQUENCE_KIND, SequenceNetwork
from mestr.train.window_network import BoundsModel, WindowModel

# TorchScript is what LibTorch 1.13 and 2.x both load; PyTorch 2.x warns that it is old.
warnings.filterwarnings("ignore", message="`torch.jit", category=FutureWarning)

RECORD_NAME = "mestr.json"
RECORD_FORMAT = 2  # of relative scores; format 1 is read too
PROBABILITIES_FORMAT = 3  # has "scores" and "evidence"
WINDOWS_FORMAT = 4  # of networks of windows (window_record.py)
FEATURE_KIND = "mean-v1"
ROW_SHAPE = (CHANNELS, SIDE, SIDE)
NETWORK_INPUT = "pairs"
# By kind of features: shape of a row, what the network takes in one call.
KINDS = {
    FEATURE_KIND: (ROW_SHAPE, NETWORK_INPUT),
    SEQUENCE_KIND: (SEQUENCE_ROW_SHAPE, "sequences"),
}
AnyNetwork = MeanNetwork | SequenceNetwork | WindowModel | BoundsModel


def fail(reason: str) -> NoReturn:
    raise ConfigError(f"model record: {reason}")


@dataclasses.dataclass(kw_only=True)
class Record:
    """What every model says of itself; the fields of ModelInfo in include/mestr/model/."""

    name: str
    version: str
    classes: list[str]
    fps: float
    k_p_frames: int
    p: float
    training_data: str
    licence: str
    features: str
    row_shape: list[int]
    input: str
    format: int

    def check(self) -> None:
        for field in ("name", "version", "training_data", "licence"):
            if not getattr(self, field):
                fail(f"{field} must not be empty")
        if not self.classes or not all(self.classes):
            fail("classes must be names separated by commas")
        if len(set(self.classes)) != len(self.classes):
            fail("a class is listed twice: " + ", ".join(self.classes))
        if not (math.isfinite(self.fps) and self.fps > 0):
            fail(f"fps must be above 0, not {self.fps}")
        if self.k_p_frames < 1:
            fail(f"k_p must be at least 1 frame, not {self.k_p_frames}")
        if not 0 <= self.p <= 1:
            fail(f"p must lie in [0, 1], not {self.p}")

    def values(self) -> dict:
        return dataclasses.asdict(self)

    def to_json(self) -> str:
        return json.dumps(self.values(), indent=2, sort_keys=True, ensure_ascii=False)

    def trial_rows(self) -> int:
        """Of a call that any network of the kind must take."""
        return 2


@dataclasses.dataclass(kw_only=True)
class ModelRecord(Record):
    """Of a network of pairs or sequences. Always of the newest format: format 1, which lacked
    row_shape and input, is converted where it is read."""

    k_frames: int
    features: str = FEATURE_KIND
    row_shape: list[int] = dataclasses.field(default_factory=lambda: list(ROW_SHAPE))
    input: str = NETWORK_INPUT  # "pairs": rows [N, 3, 42, 42], one a pair of frames
    format: int = RECORD_FORMAT
    scores: str = "relative"  # or "probabilities"
    # Of probabilities: the weights that make evidence of an interval's terms
    # (include/mestr/core/evidence_weights.h).
    evidence: dict[str, float] | None = None

    def check(self) -> None:
        if self.features not in KINDS:
            fail(f"features must be one of {', '.join(KINDS)}, not {self.features!r}")
        shape, network_input = KINDS[self.features]
        if self.row_shape != list(shape):
            fail(f"row_shape must be {list(shape)}, not {self.row_shape!r}")
        if self.input != network_input:
            fail(f'input must be "{network_input}", not {self.input!r}')
        self._check_scores()
        super().check()
        if self.k_frames < 1:
            fail(f"k must be at least 1 frame, not {self.k_frames}")

    def _check_scores(self) -> None:
        of_probabilities = self.scores == "probabilities"
        if self.scores not in ("relative", "probabilities"):
            fail(f"scores must be relative or probabilities, not {self.scores!r}")
        wanted = PROBABILITIES_FORMAT if of_probabilities else RECORD_FORMAT
        if self.format != wanted:
            fail(f"format must be {wanted}, not {self.format!r}")
        terms = set(EVIDENCE_TERMS) if of_probabilities else set()
        if set(self.evidence or {}) != terms:
            fail(
                f"evidence must have the terms {', '.join(EVIDENCE_TERMS)}, of probabilities alone"
            )
        if not all(math.isfinite(weight) for weight in (self.evidence or {}).values()):
            fail("evidence has a weight that is not finite")

    def values(self) -> dict:
        values = super().values()
        if self.format < PROBABILITIES_FORMAT:
            del values["scores"], values["evidence"]
        return values

    @staticmethod
    def from_values(values: dict, origin: str) -> "ModelRecord":
        try:
            names = {field.name for field in dataclasses.fields(ModelRecord)}
            record = ModelRecord(**{k: v for k, v in values.items() if k in names})
            record.check()
        except (TypeError, AttributeError) as error:
            raise ModelError(
                f"{origin}: its record {RECORD_NAME} is not complete: {error}"
            ) from None
        except MestrError as error:
            raise ModelError(f"{origin}: {error}") from None
        return record


def _in_newest_format(values: dict) -> dict:
    """Fields of a record of format 1 as those of format 2. Raises ConfigError for another."""
    if values.get("format") == 1:
        return {
            **values,
            "format": RECORD_FORMAT,
            "row_shape": list(ROW_SHAPE),
            "input": NETWORK_INPUT,
        }
    fields = {2: ("row_shape", "input"), 3: ("row_shape", "input", "scores")}
    fields[WINDOWS_FORMAT] = fields[3] + (("window",) if values.get("input") == "windows" else ())
    found = values.get("format")
    if found not in fields:
        raise ConfigError(f"model record: format must be 1 to 4, not {found!r}")
    for field in fields[found]:
        if field not in values:
            raise ConfigError(f'model record: format {found} without "{field}"')
    return values


def _without_build_traces(archive: bytes) -> bytes:
    """The same TorchScript archive without debug tables, which hold the paths of this machine's
    source files, and with fixed time stamps: the same weights give the same bytes anywhere."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            if not name.endswith(".debug_pkl"):
                entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
                target.writestr(entry, source.read(name), compress_type=zipfile.ZIP_STORED)
    return out.getvalue()


def save_model(network: AnyNetwork, record: Record, path: Path) -> str:
    """Writes the model and gives its SHA-256. What is written computes what `network` computes."""
    record.check()
    if network.class_count() != len(record.classes):
        raise ConfigError(
            f"the network has {network.class_count()} classes, the record names "
            f"{len(record.classes)}: {', '.join(record.classes)}"
        )
    was_training, device = network.training, next(network.parameters()).device
    network.eval().cpu()
    try:
        scripted = torch.jit.script(network)
        buffer = io.BytesIO()
        torch.jit.save(scripted, buffer, _extra_files={RECORD_NAME: record.to_json()})
        content = _without_build_traces(buffer.getvalue())
        _check_same_outputs(network, record, content)
    finally:
        network.train(was_training).to(device)
    write_atomically(path, content)
    return hashlib.sha256(content).hexdigest()


def _check_same_outputs(network: AnyNetwork, record: Record, content: bytes) -> None:
    generator = torch.Generator().manual_seed(0)
    trial = torch.rand(record.trial_rows(), *record.row_shape, generator=generator)
    with torch.no_grad():
        expected = network(trial)
        actual = torch.jit.load(io.BytesIO(content))(trial)
    for a, b in zip(actual, expected, strict=True):
        if not torch.allclose(a, b, rtol=0, atol=1e-6):
            raise ConfigError("the exported model differs from the network, so it was not written")


def _refuse_what_runs_on_loading(path: Path) -> None:
    """What `mestr run` looks at is much more; the network's own code is never run here."""
    try:
        with zipfile.ZipFile(path) as archive:
            code = [archive.read(name) for name in archive.namelist() if name.endswith(".py")]
    except (OSError, ValueError, NotImplementedError, zipfile.BadZipFile) as error:
        raise ModelError(f"{path} is not a TorchScript model: {error}") from None
    if any(b"__setstate__" in text for text in code):
        raise ModelError(f"{path}: it defines __setstate__, which would run on loading")


def load_scripted(path: Path) -> tuple[torch.jit.ScriptModule, dict]:
    """The network as it is in the file, and its record's fields, of format 1 as of format 2."""
    if not path.is_file():
        raise ModelError(f"{path}: no such model file")
    extra: dict[str, str | bytes] = {RECORD_NAME: ""}
    _refuse_what_runs_on_loading(path)
    try:
        scripted = torch.jit.load(str(path), map_location="cpu", _extra_files=extra)
    except (RuntimeError, ValueError) as error:
        reason = str(error).strip().splitlines()[0]
        raise ModelError(f"{path} is not a TorchScript model: {reason}") from None
    text = extra[RECORD_NAME]
    if not text:
        raise ModelError(f"{path} carries no record {RECORD_NAME}: it was not written by mestr")
    try:
        record = _in_newest_format(json.loads(text))
    except MestrError as error:
        raise ModelError(f"{path}: {error}") from None
    except (ValueError, AttributeError) as error:
        raise ModelError(f"{path}: its record {RECORD_NAME} is not complete: {error}") from None
    return scripted.eval(), record


def load_model(path: Path) -> tuple[MeanNetwork, ModelRecord]:
    """The MEAN network with its weights, in evaluation mode, and its record."""
    scripted, values = load_scripted(Path(path))
    if values.get("features") != FEATURE_KIND:
        raise ModelError(f"{path} takes rows of {values.get('features')}; wanted is a MEAN network")
    record = ModelRecord.from_values(values, str(path))
    network = MeanNetwork(len(record.classes))
    refusal = f"{path}: its layers are not those of the MEAN network"
    _take_weights(network, scripted.state_dict(), refusal)
    return network.eval(), record


def load_sequence_model(path: Path) -> tuple[SequenceNetwork, ModelRecord]:
    """The same for a network of sequences that gives probabilities."""
    scripted, values = load_scripted(Path(path))
    if values.get("features") != SEQUENCE_KIND or values.get("scores") != "probabilities":
        raise ModelError(f"{path} gives no probabilities for rows of {SEQUENCE_KIND}")
    record = ModelRecord.from_values(values, str(path))
    network = SequenceNetwork(len(record.classes))
    refusal = f"{path}: its layers are not those of train_sequence.py"
    _take_weights(network, scripted.state_dict(), refusal)
    return network.eval(), record


def _take_weights(
    network: MeanNetwork | SequenceNetwork, weights: dict[str, torch.Tensor], refusal: str
) -> None:
    try:
        network.load_state_dict(weights)
    except RuntimeError:
        raise ModelError(refusal) from None
