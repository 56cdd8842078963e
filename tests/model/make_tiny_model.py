#!/usr/bin/env python3
"""Makes tests/data/model/tiny.pt and tiny.json: a MEAN network with made-up weights, and what
PyTorch computes with it on inputs that any language can make. The committed files have a record of
format 1, which is still read; this would write the current one.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "src" / "python"))

from mestr.train.model_file import save_model  # noqa: E402
from mestr.train.model_record import ModelRecord  # noqa: E402
from mestr.train.network import MeanNetwork  # noqa: E402

SEED = 20240501
INPUTS = 5


def made_up_network(seed: int) -> MeanNetwork:
    network = MeanNetwork(class_count=3).eval()
    generator = np.random.default_rng(seed)
    for name, values in network.state_dict().items():
        spread = 0.05 if name.endswith("weight") and values.dim() == 4 else 0.2
        made_up = generator.normal(0, spread, tuple(values.shape))
        if name.endswith("running_var") or name.endswith("norm.weight"):
            made_up = np.abs(made_up) + 0.5
        values.copy_(torch.from_numpy(made_up))
    return network


def inputs(count: int) -> torch.Tensor:
    """Hashed indices, scaled by eighths that differ between channels and inputs: exact in float32,
    so that tiny_model.cpp makes the same ones."""
    index = np.arange(count * 3 * 42 * 42, dtype=np.uint32)
    hashed = (index * np.uint32(2654435761) >> np.uint32(8)).astype(np.float32) / np.float32(2**24)
    eighths = (index // np.uint32(42 * 42) % np.uint32(7) + np.uint32(1)).astype(np.float32)
    return torch.from_numpy((hashed * (eighths / 8)).reshape(count, 3, 42, 42))


def main() -> None:
    folder = REPOSITORY / "tests" / "data" / "model"
    network = made_up_network(SEED)
    record = ModelRecord(
        name="tiny",
        version="1",
        classes=["negative", "positive", "surprise"],
        fps=30,
        k_frames=3,
        k_p_frames=6,
        p=0.55,
        training_data="none: made-up weights for tests",
        licence="Apache-2.0",
    )
    sha256 = save_model(network, record, folder / "tiny.pt")
    with torch.no_grad():
        spot, probabilities = network(inputs(INPUTS))
    expected = {
        "made_by": "tests/model/make_tiny_model.py",
        "sha256": sha256,
        "spot": spot.tolist(),
        "probabilities": probabilities.tolist(),
    }
    (folder / "tiny.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    main()
