#!/usr/bin/env python3
"""Makes tests/data/model/toy.pt and toy_sequence.pt: the networks of the method that
tests/pipeline/toy_method_test.cpp adds, which computes them a second time. One scores each row by
itself, the other a whole sequence of rows. Needs nothing of mestr: what a model file is made of
stands here. Run it when the file format changes.
"""

import io
import json
import zipfile
from pathlib import Path

import torch

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "data" / "model"
WEIGHTS = [1.0, 2.0, 0.5, -1.0, 3.0, 0.25]
BIAS = 0.125

RECORD = {
    "format": 2,
    "version": "1",
    "classes": ["negative", "positive"],
    "features": "flow-means-v1",
    "row_shape": [3, 2],
    "fps": 30,
    "k_frames": 3,
    "k_p_frames": 6,
    "p": 0.5,
    "training_data": "none: made-up weights for tests",
    "licence": "Apache-2.0",
}


class Linear(torch.nn.Module):
    """score = weights . row + bias; probabilities: those of a logistic regression."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("weights", torch.tensor(WEIGHTS))
        self.bias = BIAS

    def forward(self, rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        scores = torch.mv(rows.flatten(1), self.weights) + self.bias
        first = torch.sigmoid(scores)
        return scores, torch.stack([first, 1 - first], 1)


class Difference(torch.nn.Module):
    """How much the linear score changed since the row before; the first row has no change."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = Linear()

    def forward(self, rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        scores, probabilities = self.linear(rows)
        return scores - torch.cat([scores[:1], scores[:-1]]), probabilities


def save(network: torch.nn.Module, name: str, takes: str) -> None:
    archive = io.BytesIO()
    record = json.dumps({**RECORD, "name": name, "input": takes})
    torch.jit.save(torch.jit.script(network.eval()), archive, _extra_files={"mestr.json": record})
    # Debug tables hold paths of this machine, and time stamps change: the same bytes anywhere.
    file = FOLDER / f"{name}.pt"
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(file, "w") as target:
        for entry in source.namelist():
            if not entry.endswith(".debug_pkl"):
                target.writestr(zipfile.ZipInfo(entry), source.read(entry))


def main() -> None:
    save(Linear(), "toy", takes="pairs")
    save(Difference(), "toy_sequence", takes="sequences")


if __name__ == "__main__":
    main()
