"""What scripts/time_network.py does with its arguments."""

import ctypes
import time
from pathlib import Path

import numpy as np
import torch

from mestr.train.model_file import load_scripted

ROWS = {"pairs": 16, "sequences": 300}  # of a call


def library() -> str:
    blas = "MKL" if torch.backends.mkl.is_available() else "another BLAS than OpenBLAS and MKL"
    try:
        get_config = ctypes.CDLL("libblas.so.3").openblas_get_config
        get_config.restype = ctypes.c_char_p
        blas = get_config().decode()
    except (OSError, AttributeError):
        pass
    return f"PyTorch {torch.__version__}, {blas}, one thread"


def timed(path: Path, repetitions: int) -> str:
    network, record = load_scripted(path)
    of_windows = record["input"] == "windows"
    rows = int(record["window"]["frames"]) if of_windows else ROWS[record["input"]]
    values = torch.rand(rows, *record["row_shape"], generator=torch.Generator().manual_seed(0))
    # As mestr does: LibTorch's own rewriting after the first calls would make bits depend on them.
    torch._C._set_graph_executor_optimize(False)
    wall_ms, cpu_ms = [], []
    with torch.inference_mode():
        network(values)
        for _ in range(repetitions):
            wall, cpu = time.perf_counter(), time.thread_time()
            network(values)
            cpu_ms.append((time.thread_time() - cpu) / rows * 1e3)
            wall_ms.append((time.perf_counter() - wall) / rows * 1e3)
    return f"{path}: {rows} rows a call, ms a row: wall {_shown(wall_ms)}, CPU {_shown(cpu_ms)}"


def _shown(samples: list[float]) -> str:
    low, median, high = np.quantile(samples, [0.25, 0.5, 0.75])
    return f"{median:.3f} ({low:.3f} - {high:.3f})"
