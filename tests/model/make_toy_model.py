#!/usr/bin/env python3
"""Makes the models of made-up weights in tests/data/model that tests of the pipeline run.

toy.pt and toy_sequence.pt: the networks of the method that tests/pipeline/toy_method_test.cpp adds,
which computes them a second time. One scores each row by itself, the other a whole sequence of rows.
toy_window.pt and toy_bounds.pt: networks of windows of the features of tests/pipeline/window_means.h,
of which the second names onsets and offsets. tiny_window.pt: takes roi-flow-36-v1, so that the whole
program runs. Needs nothing of mestr: what a model file is made of stands here. Run it when the file
format changes.
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


class Window(torch.nn.Module):
    """score = sigmoid(4 x the mean of all rows so far); logits: of the row's first value."""

    def forward(self, rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        count = torch.arange(1, rows.size(0) + 1, dtype=torch.float32)
        score = torch.sigmoid(4.0 * torch.cumsum(rows.mean(1), 0) / count)
        value = rows[:, 0]
        logits = torch.stack([value, 0.5 - value, 0.25 * value, -value, value - 0.125], 1)
        return score, logits


class Bounds(torch.nn.Module):
    """The same, and bounds: one frame back and two on."""

    def __init__(self) -> None:
        super().__init__()
        self.window = Window()

    def forward(self, rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        score, logits = self.window(rows)
        return score, logits, torch.stack([torch.ones_like(score), 2.0 * torch.ones_like(score)], 1)


OF_WINDOWS = {
    "format": 4,
    "classes": ["negative", "positive", "surprise", "others", "neutral"],
    "features": "window-means-v1",
    "row_shape": [2],
    "fps": 30,
    "k_p_frames": 2,
    "p": 0.5,
    "scores": "relative",
    "variant": "mended",
    "window": {"frames": 8, "hop_frames": 4, "frame_step": 2},
    "stitch": "video",
    "decode": "plain",
    "synergy": 2,
    "class_offsets": [0, 0, 0, 0, 0],
    "not_written": ["others", "neutral"],
}
OF_SAMM = {
    **OF_WINDOWS,
    "features": "roi-flow-36-v1",
    "row_shape": [36],
    "fps": 200,
    "k_p_frames": 6,
    "p": 0.65,
    "window": {"frames": 30, "hop_frames": 15, "frame_step": 7},
    "decode": "samm",
}


def save(network: torch.nn.Module, name: str, takes: str, more: dict | None = None) -> None:
    archive = io.BytesIO()
    values = {**RECORD, **(more or {}), "name": name, "input": takes}
    if takes == "windows":
        del values["k_frames"]
    record = json.dumps(values)
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
    save(Window(), "toy_window", takes="windows", more=OF_WINDOWS)
    save(Bounds(), "toy_bounds", takes="windows", more={**OF_WINDOWS, "decode": "bounds"})
    save(Window(), "tiny_window", takes="windows", more=OF_SAMM)


if __name__ == "__main__":
    main()
