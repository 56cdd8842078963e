"""What the trainings of all networks share."""

import contextlib
import ctypes
from dataclasses import dataclass, field

import torch
from torch import Tensor

from mestr.errors import ConfigError, DeviceError


@dataclass
class History:
    """One value an epoch; `held_out` stays empty without held-out samples."""

    train: list[float] = field(default_factory=list)
    held_out: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    held_out_accuracy: list[float] = field(default_factory=list)


def make_deterministic(threads: int) -> None:
    """Two runs give the same weights on one machine. On CUDA some kernels of PyTorch have no such
    version; they warn. Convolutions there keep all bits of their inputs, as on the processor: with
    PyTorch's default of 10 an H200's scores were off by up to 0.017."""
    torch.set_num_threads(threads)
    # Debian's PyTorch calls libblas.so.3; where that is OpenBLAS it has a number of its own.
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libblas.so.3").openblas_set_num_threads(threads)
    torch.backends.cudnn.allow_tf32 = False
    torch.use_deterministic_algorithms(True, warn_only=True)


def choose_device(wanted: str) -> str:
    if wanted == "cuda" and not torch.cuda.is_available():
        raise DeviceError(f"PyTorch {torch.__version__} has no CUDA device here; use --device cpu")
    if wanted == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    return wanted


def take_step(optimiser: torch.optim.Optimizer, loss: Tensor, where: str) -> None:
    if not torch.isfinite(loss):
        raise ConfigError(f"{where}: the loss is not finite; use a smaller --learning-rate")
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
