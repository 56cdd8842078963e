#!/usr/bin/env python3
"""Makes model files of the kinds of networks that the field uses, with weights as PyTorch makes them:
python3 make_networks.py FOLDER. mestr must take them all; tests/model/honest_networks_test.cpp loads them.
"""

import json
import sys
import warnings
from collections import OrderedDict
from pathlib import Path

import torch
from torch import Tensor, nn

sys.path.insert(0, str(Path(__file__).parents[2] / "src" / "python"))

from mestr.train.window_network import make_network
from mestr.train.window_shape import WindowShape

SIDE = 42
RECORD = {
    "format": 2,
    "version": "1",
    "classes": ["negative", "positive", "surprise"],
    "features": "mean-v1",
    "row_shape": [3, SIDE, SIDE],
    "fps": 30,
    "k_frames": 3,
    "k_p_frames": 6,
    "p": 0.5,
    "training_data": "none: weights for tests",
    "licence": "Apache-2.0",
}


class Heads(nn.Module):
    """Spotting score and probabilities of the values that `body` gives for each row."""

    def __init__(self, body: nn.Module, width: int) -> None:
        super().__init__()
        self.body = body
        self.spot = nn.Linear(width, 1)
        self.recog = nn.Linear(width, 3)

    def forward(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        values = self.body(rows).flatten(1)
        return self.spot(values).squeeze(1), torch.softmax(self.recog(values), 1)


class Steps(nn.Module):
    """8 steps of 12 values for each row, as a sequence network sees them."""

    def __init__(self) -> None:
        super().__init__()
        self.dense = nn.Linear(3 * SIDE * SIDE, 96)

    def forward(self, rows: Tensor) -> Tensor:
        return self.dense(rows.flatten(1)).view(-1, 8, 12)


class Recurrent(nn.Module):
    def __init__(self, kind: type) -> None:
        super().__init__()
        self.steps = Steps()
        self.inner = kind(12, 5, 2, batch_first=True, bidirectional=True, dropout=0.1)

    def forward(self, rows: Tensor) -> Tensor:
        outputs, _ = self.inner(self.steps(rows))
        return outputs[:, -1]


class Cells(nn.Module):
    """Loops over the steps, with lists, dicts and a condition."""

    def __init__(self) -> None:
        super().__init__()
        self.steps = Steps()
        self.lstm = nn.LSTMCell(12, 5)
        self.gru = nn.GRUCell(5, 5)
        self.gains = {"first": 0.5, "second": 2.0}
        self.names = ["first", "second"]
        self.shift: Tensor | None = None

    def forward(self, rows: Tensor) -> Tensor:
        steps = self.steps(rows)
        if steps.size(1) != 8:
            raise ValueError(f"{steps.size(1)} steps of {steps.shape}")
        hidden = torch.zeros(steps.size(0), 5, dtype=steps.dtype, device=steps.device)
        state = torch.zeros_like(hidden)
        outputs: list[Tensor] = []
        for i in range(steps.size(1)):
            hidden, state = self.lstm(steps[:, i], (hidden, state))
            outputs.append(self.gru(hidden, state))
        kept: dict[str, Tensor] = {}
        for i, name in enumerate(self.names):
            kept[name] = outputs[i] * self.gains[name]
        largest = 0
        while largest < 2:
            largest += 1
        result = torch.stack(outputs).mean(0) + kept["first"] * largest
        if self.shift is not None:
            result = result + self.shift
        result[:, 1:2] += 1.0
        return result.masked_fill(result > 1e6, 0.0)


class Attention(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.steps = Steps()
        self.inner = nn.MultiheadAttention(12, 3, batch_first=True)

    def forward(self, rows: Tensor) -> Tensor:
        steps = self.steps(rows)
        return self.inner(steps, steps, steps)[0].mean(1)


class Transformer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.steps = Steps()
        layer = nn.TransformerEncoderLayer(12, 3, 16, batch_first=True, activation="gelu")
        self.inner = nn.TransformerEncoder(layer, 2)

    def forward(self, rows: Tensor) -> Tensor:
        return self.inner(self.steps(rows))[:, 0]


class Patches(nn.Module):
    """A vision transformer's own attention, with its token and positions."""

    def __init__(self) -> None:
        super().__init__()
        self.cut = nn.Conv2d(3, 12, 7, 7)
        self.token = nn.Parameter(torch.zeros(1, 1, 12))
        self.register_buffer("positions", torch.zeros(1, 37, 12))
        self.norm = nn.LayerNorm(12)
        self.qkv = nn.Linear(12, 36)

    def forward(self, rows: Tensor) -> Tensor:
        patches = self.cut(rows).flatten(2).transpose(1, 2)
        patches = (
            torch.cat([self.token.expand(patches.size(0), -1, -1), patches], 1) + self.positions
        )
        b, n, c = patches.shape
        q, k, v = (
            self.qkv(self.norm(patches))
            .reshape(b, n, 3, 3, c // 3)
            .permute(2, 0, 3, 1, 4)
            .unbind(0)
        )
        weights = (q @ k.transpose(-2, -1) * 0.5).softmax(-1)
        mixed = (weights @ v).transpose(1, 2).reshape(b, n, c)
        return nn.functional.normalize(mixed[:, 0] + torch.einsum("bnc,bnc->bc", mixed, patches))


class Volume(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Sequential(
            nn.Conv3d(1, 4, (3, 5, 5), padding=(1, 2, 2)),
            nn.BatchNorm3d(4),
            nn.ReLU(),
            nn.MaxPool3d((1, 2, 2)),
            nn.Dropout3d(0.1),
            nn.AdaptiveAvgPool3d((1, 2, 2)),
        )

    def forward(self, rows: Tensor) -> Tensor:
        return self.inner(rows.unsqueeze(1))


class Resized(nn.Module):
    def forward(self, rows: Tensor) -> Tensor:
        small = nn.functional.interpolate(rows, size=(6, 6), mode="bilinear", align_corners=False)
        padded = nn.functional.pad(small, (1, 1, 1, 1))
        return torch.where(padded > 0, padded, torch.zeros_like(padded)).clamp(-5, 5)


class Windows(nn.Module):
    """A network of windows of 4 rows, as mestr.train makes them, on some of an input's values."""

    def __init__(self, network: str, values: int) -> None:
        super().__init__()
        self.values = values
        self.inner = make_network(WindowShape(network, values, 16, 4, 2))

    def forward(self, rows: Tensor) -> Tensor:
        flat = rows.flatten(1)[:, : 4 * self.values]
        return self.inner(flat.reshape(-1, 4, self.values))[1]


def plain() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(3, 4, 3, padding="same"),
        nn.BatchNorm2d(4),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(2),
        nn.Conv2d(4, 4, 3, stride=2, groups=2, padding_mode="reflect", padding=1),
        nn.GELU(),
        nn.AvgPool2d(2),
        nn.AdaptiveAvgPool2d(2),
        nn.Dropout(0.5),
        nn.Flatten(),
        nn.Linear(16, 5),
        nn.LayerNorm(5),
        nn.SiLU(),
    )


def activations() -> nn.Module:
    return nn.Sequential(
        OrderedDict(
            (str(i), layer)
            for i, layer in enumerate(
                [
                    nn.AdaptiveAvgPool2d(2),
                    nn.GroupNorm(3, 3),
                    nn.InstanceNorm2d(3),
                    nn.ELU(),
                    nn.LeakyReLU(),
                    nn.PReLU(),
                    nn.Hardswish(),
                    nn.Hardsigmoid(),
                    nn.Softplus(),
                    nn.Tanh(),
                    nn.Sigmoid(),
                    nn.Mish(),
                    nn.ReLU6(),
                    nn.SELU(),
                    nn.LogSoftmax(1),
                ]
            )
        )
    )


def bodies() -> dict[str, tuple[nn.Module, int]]:
    transposed = nn.Sequential(
        nn.Conv2d(3, 2, 7, 7),
        nn.ConvTranspose2d(2, 3, 2),
        nn.ReflectionPad2d(1),
        nn.Upsample(scale_factor=2),
        nn.AdaptiveMaxPool2d(2),
    )
    return {
        "plain": (plain(), 5),
        "activations": (activations(), 12),
        "transposed": (transposed, 12),
        "lstm": (Recurrent(nn.LSTM), 10),
        "gru": (Recurrent(nn.GRU), 10),
        "rnn": (Recurrent(nn.RNN), 10),
        "cells": (Cells(), 5),
        "attention": (Attention(), 12),
        "transformer": (Transformer(), 12),
        "patches": (Patches(), 12),
        "volume": (Volume(), 16),
        "resized": (Resized(), 192),
        "metst": (Windows("metst", 10), 20),
        "slow-fast": (Windows("slow-fast", 36), 20),
    }


def save(network: torch.jit.ScriptModule, name: str, folder: Path) -> None:
    record = json.dumps({**RECORD, "name": name, "input": "pairs"})
    network.save(str(folder / f"{name}.pt"), _extra_files={"mestr.json": record})


def main() -> None:
    warnings.simplefilter("ignore")
    torch.manual_seed(1)
    folder = Path(sys.argv[1])
    for name, (body, width) in bodies().items():
        network = Heads(body, width).eval()
        scripted = torch.jit.script(network)
        save(scripted, name, folder)
        save(torch.jit.freeze(scripted), f"{name}-frozen", folder)
        if name not in ("cells", "metst", "slow-fast"):  # with loops
            with torch.no_grad():
                traced = torch.jit.trace(network, torch.rand(2, 3, SIDE, SIDE), check_trace=False)
            save(traced, f"{name}-traced", folder)


if __name__ == "__main__":
    main()
