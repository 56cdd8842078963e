"""The published weights of ME-TST and BoostingVRME: pickled state dicts, each name with the prefix
`module.`. Read without running what a pickle may hold."""

import pickle
import re
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from mestr.errors import ModelError
from mestr.labels.csv_table import printable
from mestr.train.window_network import IDLE, SlowFast, SpotMamba, make_network
from mestr.train.window_shape import WindowShape

PREFIX = "module."
MOST_BYTES = 1 << 30
MOST_LAYER = 4096  # of a width, and of what else is a size: far above the published


def read_window_weights(path: Path) -> tuple[SpotMamba | SlowFast, WindowShape]:
    """The network in evaluation mode; its sizes are those of the weights."""
    path = Path(path)
    state = _named(_unpickled(path), path)
    try:
        shape = _shape_of(state)
    except KeyError as error:
        raise ModelError(f"{path}: {error.args[0]} is missing; {_WANTED}") from None
    except ValueError as error:
        raise ModelError(f"{path}: {error}; {_WANTED}") from None
    network = make_network(shape)
    wanted = network.state_dict()
    for name in [*wanted, *state]:
        if name not in state or name not in wanted:
            what = "is missing" if name in wanted else "is no layer of the network"
            raise ModelError(f"{path}: {printable(name)} {what}; {_WANTED}")
        if state[name].shape != wanted[name].shape:
            found, right = list(state[name].shape), list(wanted[name].shape)
            raise ModelError(f"{path}: {name} is {found} instead of {right}")
        if not torch.isfinite(state[name]).all():
            raise ModelError(f"{path}: {name} holds values that are not finite")
    network.load_state_dict(state)
    return network.eval(), shape


_DTYPES = (torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.int64)
_WANTED = "wanted is a state dict of Net_Mamba (ME-TST) or METST_SF (BoostingVRME)"


def _unpickled(path: Path) -> object:
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise ModelError(f"{path} has {size >> 20} MiB, more than any such weights")
        return torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise ModelError(f"{path}: no such weight file") from None
    except OSError as error:
        raise ModelError(f"cannot read {path}: {error.strerror or error}") from None
    except pickle.UnpicklingError as error:
        reason = str(error).splitlines()[0]
        raise ModelError(f"{path} holds more than weights, or is damaged: {reason}") from None
    except ModelError:
        raise
    # What PyTorch makes of a damaged file has no common kind; the reason is shown.
    except Exception as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ModelError(f"{path} is damaged, or no file of torch.save: {reason}") from None


def _named(loaded: object, path: Path) -> dict[str, Tensor]:
    """float32 by the names of our networks."""
    if not isinstance(loaded, Mapping) or not loaded:
        raise ModelError(f"{path} holds no state dict; {_WANTED}")
    state, room = {}, path.stat().st_size
    for name, value in loaded.items():
        if not isinstance(name, str) or not isinstance(value, Tensor):
            raise ModelError(f"{path} holds {type(value).__name__} {name!r}; {_WANTED}")
        plain = value.layout == torch.strided and value.dtype in _DTYPES
        if not plain or not value.is_contiguous():
            raise ModelError(f"{path}: {printable(name)} is no plain list of numbers")
        room -= value.numel() * value.element_size()
        if room < 0:
            raise ModelError(f"{path} claims more weights than it has bytes")
        if not re.fullmatch(IDLE, name.removeprefix(PREFIX)):
            state[name.removeprefix(PREFIX)] = value.detach().to(torch.float32)
    return state


def _shape_of(state: Mapping[str, Tensor]) -> WindowShape:
    blocks, network = (
        ("blocks_spot", "metst")
        if "blocks_spot.0.norm1.weight" in state
        else (
            "block1_fast",
            "slow-fast",
        )
    )
    width, values, _ = _sizes(state, "Stem.0.weight", 3)
    _, states = _sizes(state, f"{blocks}.0.attn.mamba.A_log", 2)
    class_count, _ = _sizes(state, "fc_recog.0.weight", 2)
    numbers = {int(found[1]) for name in state if (found := re.match(rf"{blocks}\.(\d+)\.", name))}
    return WindowShape(network, values, width, states, len(numbers), class_count)


def _sizes(state: Mapping[str, Tensor], name: str, dimensions: int) -> tuple[int, ...]:
    sizes = tuple(state[name].shape)
    if len(sizes) != dimensions or not all(1 <= size <= MOST_LAYER for size in sizes):
        raise ValueError(f"{name} is {list(sizes)}")
    return sizes
