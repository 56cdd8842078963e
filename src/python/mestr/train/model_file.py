"""The `.pt` file that mestr loads: TorchScript of the network and its record, "mestr.json"."""

import hashlib
import io
import json
import warnings
import zipfile
from pathlib import Path
from typing import Any

import torch

from mestr.errors import ConfigError, MestrError, ModelError
from mestr.files import write_atomically
from mestr.train.archive_names import archive_names
from mestr.train.kinds import MEAN_ROWS, SEQUENCE_ROWS
from mestr.train.model_record import RECORD_NAME, ModelRecord, Record, in_newest_format
from mestr.train.network import MeanNetwork
from mestr.train.sequence_network import SequenceNetwork
from mestr.train.window_models import BoundsModel, WindowModel

# TorchScript is what LibTorch 1.13 and 2.x both load; PyTorch 2.x warns that it is old.
warnings.filterwarnings("ignore", message="`torch.jit", category=FutureWarning)

AnyNetwork = MeanNetwork | SequenceNetwork | WindowModel | BoundsModel


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
        with archive_names():
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


def load_scripted(path: Path) -> tuple[torch.jit.ScriptModule, dict[str, Any]]:
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
        record = in_newest_format(json.loads(text))
    except MestrError as error:
        raise ModelError(f"{path}: {error}") from None
    except (ValueError, AttributeError) as error:
        raise ModelError(f"{path}: its record {RECORD_NAME} is not complete: {error}") from None
    return scripted.eval(), record


def load_model(path: Path) -> tuple[MeanNetwork, ModelRecord]:
    """The MEAN network with its weights, in evaluation mode, and its record."""
    scripted, values = load_scripted(Path(path))
    if values.get("features") != MEAN_ROWS.name:
        raise ModelError(f"{path} takes rows of {values.get('features')}; wanted is a MEAN network")
    record = ModelRecord.from_values(values, str(path))
    network = MeanNetwork(len(record.classes))
    refusal = f"{path}: its layers are not those of the MEAN network"
    _take_weights(network, scripted.state_dict(), refusal)
    return network.eval(), record


def load_sequence_model(path: Path) -> tuple[SequenceNetwork, ModelRecord]:
    """The same for a network of sequences that gives probabilities."""
    scripted, values = load_scripted(Path(path))
    if values.get("features") != SEQUENCE_ROWS.name or values.get("scores") != "probabilities":
        raise ModelError(f"{path} gives no probabilities for rows of {SEQUENCE_ROWS.name}")
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
