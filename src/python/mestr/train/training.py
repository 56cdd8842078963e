"""What the trainings of all networks share."""

import contextlib
import ctypes
from collections.abc import Iterator
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


def _openblas() -> ctypes.CDLL | None:
    """Debian's PyTorch calls libblas.so.3; where that is OpenBLAS it has a number of threads of its own."""
    with contextlib.suppress(OSError):
        library = ctypes.CDLL("libblas.so.3")
        if hasattr(library, "openblas_set_num_threads"):
            return library
    return None


@contextlib.contextmanager
def _with_threads(threads: int) -> Iterator[None]:
    openblas = _openblas()
    before = torch.get_num_threads(), openblas.openblas_get_num_threads() if openblas else 0
    torch.set_num_threads(threads)
    if openblas:
        openblas.openblas_set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(before[0])
        if openblas:
            openblas.openblas_set_num_threads(before[1])


@contextlib.contextmanager
def deterministic(threads: int) -> Iterator[None]:
    """Two runs give the same weights on one machine. On CUDA some kernels of PyTorch have no such
    version; they warn. Convolutions there keep all bits of their inputs, as on the processor: with
    PyTorch's default of 10 an H200's scores were off by up to 0.017. All of it, and the state of PyTorch's random
    numbers, is afterwards as it was."""
    on_cuda = range(torch.cuda.device_count()) if torch.cuda.is_initialized() else []
    tf32 = torch.backends.cudnn.allow_tf32
    algorithms = torch.are_deterministic_algorithms_enabled()
    warn_only = torch.is_deterministic_algorithms_warn_only_enabled()
    with _with_threads(threads), torch.random.fork_rng(on_cuda):
        torch.backends.cudnn.allow_tf32 = False
        torch.use_deterministic_algorithms(True, warn_only=True)
        try:
            yield
        finally:
            torch.backends.cudnn.allow_tf32 = tf32
            torch.use_deterministic_algorithms(algorithms, warn_only=warn_only)


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
