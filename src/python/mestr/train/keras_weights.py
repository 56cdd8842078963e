"""Weights of the published MEAN network: Keras 2.4 HDF5 files of the kind `spot_recog`.

Half of the published files hold the weights alone; the others are whole models (`model.save`), with
the same groups and attributes under the group `model_weights`.
`layer_names` lists the layers in the order they were built, with numbers that differ from file to
file: three stream convolutions, three batch norms, the two heads' convolutions (spotting first),
then the dense layers `spot` and `recog`. Kernels are (height, width, in, out).
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mestr.errors import ModelError
from mestr.train.network import (
    HEAD_FEATURES,
    HEAD_FILTERS,
    SHARED_CHANNELS,
    STREAM_FILTERS,
    STREAMS,
    MeanNetwork,
)

SIGNATURE = b"\x89HDF\r\n\x1a\n"


def read_keras_weights(path: Path) -> MeanNetwork:
    """The network in evaluation mode; its class count is that of the dense layer `recog`."""
    path = Path(path)
    file = _opened(path)
    try:
        with file:
            state, class_count = _read_layers(_weights_of(file))
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from None
    except (OSError, KeyError, RuntimeError, ValueError) as error:  # what h5py makes of damage
        raise ModelError(f"{path} is damaged: {_first_line(error)}") from None
    network = MeanNetwork(class_count)
    network.load_state_dict(state)
    return network.eval()


def _opened(path: Path) -> h5py.File:
    try:
        with path.open("rb") as file:
            begin = file.read(len(SIGNATURE))
    except FileNotFoundError:
        raise ModelError(f"{path}: no such weight file") from None
    except OSError as error:
        raise ModelError(f"cannot read {path}: {error.strerror}") from None
    if begin != SIGNATURE:
        raise ModelError(f"{path} is not an HDF5 file")
    try:
        return h5py.File(path, "r")
    except OSError as error:
        size = f"{path.stat().st_size} bytes"
        if wanted := re.search(r"truncated file: .*stored_eof = (\d+)", str(error)):
            raise ModelError(f"{path} is truncated: {size} instead of {wanted[1]}") from None
        raise ModelError(f"{path} is truncated or damaged: {size}; {_first_line(error)}") from None


def _first_line(error: Exception) -> str:
    return str(error.args[0] if isinstance(error, KeyError) else error).splitlines()[0]


def _weights_of(file: h5py.File) -> h5py.Group:
    for group in (file, file.get("model_weights")):
        if group is not None and "layer_names" in group.attrs:
            return group
    raise ModelError("not a Keras weight file (no layer_names)")


def _read_layers(file: h5py.Group) -> tuple[dict[str, Tensor], int]:
    layers = [n.decode() if isinstance(n, bytes) else str(n) for n in file.attrs["layer_names"]]
    convolutions = _pick(layers, "conv2d", 5, "is it a spot_recog file?")
    norms = _pick(layers, "batch_normalization", 3, "is it a spot_recog file?")
    state: dict[str, Tensor] = {}
    for stream, filters, conv, norm in zip(
        STREAMS, STREAM_FILTERS, convolutions[:3], norms, strict=True
    ):
        state.update(_conv(file, conv, f"{stream}.conv", (5, 5, 1, filters)))
        state.update(_norm(file, norm, f"{stream}.norm", filters))
    for head, conv in zip(("spot", "recog"), convolutions[3:], strict=True):
        shape = (5, 5, SHARED_CHANNELS, HEAD_FILTERS)
        state.update(_conv(file, conv, f"{head}.conv", shape))
    state.update(_dense(file, "spot", 1))
    class_count = _weight(file, "recog", "kernel").shape[-1]
    state.update(_dense(file, "recog", class_count))
    return state, class_count


def _pick(layers: list[str], prefix: str, count: int, hint: str) -> list[str]:
    found = [name for name in layers if name.startswith(prefix)]
    if len(found) != count:
        raise ModelError(f"{len(found)} {prefix} layers instead of {count}; {hint}")
    return found


def _weight(file: h5py.Group, layer: str, kind: str) -> NDArray[Any]:
    if layer not in file:
        raise ModelError(f"layer {layer} is missing; is it a spot_recog file?")
    names = [n.decode() if isinstance(n, bytes) else n for n in file[layer].attrs["weight_names"]]
    for name in names:
        if name.endswith(f"/{kind}:0"):
            values = np.asarray(file[layer][name], dtype=np.float32)
            if not np.isfinite(values).all():
                raise ModelError(f"layer {layer}: {kind} holds values that are not finite")
            return values
    raise ModelError(f"layer {layer} has no {kind}")


def _shaped(file: h5py.Group, layer: str, kind: str, shape: Sequence[int]) -> Tensor:
    values = _weight(file, layer, kind)
    if values.shape != tuple(shape):
        raise ModelError(f"layer {layer}: {kind} is {values.shape} instead of {tuple(shape)}")
    return torch.from_numpy(values)


def _conv(file: h5py.Group, layer: str, target: str, shape: Sequence[int]) -> dict[str, Tensor]:
    kernel = _shaped(file, layer, "kernel", shape)
    return {
        f"{target}.weight": kernel.permute(3, 2, 0, 1).contiguous(),
        f"{target}.bias": _shaped(file, layer, "bias", shape[-1:]),
    }


def _norm(file: h5py.Group, layer: str, target: str, filters: int) -> dict[str, Tensor]:
    kinds = {
        "weight": "gamma",
        "bias": "beta",
        "running_mean": "moving_mean",
        "running_var": "moving_variance",
    }
    return {f"{target}.{to}": _shaped(file, layer, kind, [filters]) for to, kind in kinds.items()}


def _dense(file: h5py.Group, head: str, outputs: int) -> dict[str, Tensor]:
    kernel = _shaped(file, head, "kernel", (HEAD_FEATURES, outputs))
    return {
        f"{head}.dense.weight": kernel.t().contiguous(),
        f"{head}.dense.bias": _shaped(file, head, "bias", [outputs]),
    }
