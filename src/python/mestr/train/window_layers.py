"""Layers of the networks of windows, with the names of the published code; see window_network.py."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mestr.train.archive_names import name_in_archives
from mestr.train.selective_scan import CHUNK, selective_scan
from mestr.train.window_shape import WindowShape

EPS = 1e-5
EXPAND = 2  # a Mamba's inner width over its width
SHORT_CONVOLUTION = 4
MOST_DROP_PATH = 0.2


class Convolution(nn.Module):
    """Over time, [n, channels, T]; initialised as PyTorch's own."""

    def __init__(self, channels: int, filters: int, kernel: int, stride: int = 1, groups: int = 1):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(filters, channels // groups, kernel))
        self.bias = nn.Parameter(torch.empty(filters))
        self.stride, self.padding, self.groups = stride, kernel // 2, groups
        bound = 1 / math.sqrt(channels // groups * kernel)
        nn.init.uniform_(self.weight, -bound, bound)
        nn.init.uniform_(self.bias, -bound, bound)

    def forward(self, x: Tensor) -> Tensor:
        return F.conv1d(x, self.weight, self.bias, self.stride, self.padding, groups=self.groups)


class CausalConvolution(Convolution):
    """Each channel by itself, from now and the steps before."""

    def __init__(self, channels: int, kernel: int):
        super().__init__(channels, channels, kernel, groups=channels)
        self.padding = kernel - 1

    def forward(self, x: Tensor) -> Tensor:
        whole = F.conv1d(x, self.weight, self.bias, padding=self.padding, groups=self.groups)
        return whole[:, :, : x.size(2)]


class BatchNorm(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))
        self.eps = EPS

    def forward(self, x: Tensor) -> Tensor:
        return F.batch_norm(
            x,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training,
            eps=self.eps,
        )


class Relu(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x)


class Linear(nn.Module):
    """The last of the published initialisations of a linear layer: all of them get it."""

    def __init__(self, inputs: int, outputs: int, with_bias: bool = True):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(outputs, inputs))
        self.bias = nn.Parameter(torch.zeros(outputs)) if with_bias else None
        nn.init.trunc_normal_(self.weight, std=0.02)

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight, self.bias)


class LayerNorm(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.bias = nn.Parameter(torch.zeros(width))
        self.eps = EPS

    def forward(self, x: Tensor) -> Tensor:
        return F.layer_norm(x, [x.size(-1)], self.weight, self.bias, self.eps)


class Mamba(nn.Module):
    """[n, T, width] to the same; each step sees those before it alone."""

    def __init__(self, width: int, states: int):
        super().__init__()
        inner = EXPAND * width
        self.inner, self.states, self.rank = inner, states, math.ceil(width / 16)
        self.chunk = CHUNK
        self.in_proj = Linear(width, 2 * inner, with_bias=False)
        self.conv1d = CausalConvolution(inner, SHORT_CONVOLUTION)
        self.x_proj = Linear(inner, self.rank + 2 * states, with_bias=False)
        # The published code overwrites Mamba's own start of dt's bias with 0; so do we.
        self.dt_proj = Linear(self.rank, inner)
        self.A_log = nn.Parameter(torch.arange(1.0, states + 1).log().repeat(inner, 1))
        self.D = nn.Parameter(torch.ones(inner))
        self.out_proj = Linear(inner, width, with_bias=False)
        nn.init.kaiming_uniform_(self.out_proj.weight, a=math.sqrt(5))
        with torch.no_grad():
            self.out_proj.weight /= 2

    def forward(self, x: Tensor) -> Tensor:
        u, gate = self.in_proj(x).split([self.inner, self.inner], dim=2)
        u = F.silu(self.conv1d(u.transpose(1, 2))).transpose(1, 2)
        dt, b, c = self.x_proj(u).split([self.rank, self.states, self.states], dim=2)
        dt = F.softplus(self.dt_proj(dt))
        y = selective_scan(u, dt, -self.A_log.exp(), b, c, self.chunk) + u * self.D
        return self.out_proj(y * F.silu(gate))


class NormedMamba(nn.Module):
    def __init__(self, width: int, states: int):
        super().__init__()
        self.norm = LayerNorm(width)
        self.mamba = Mamba(width, states)

    def forward(self, x: Tensor) -> Tensor:
        return self.mamba(self.norm(x))


class Block(nn.Module):
    """Adds to its input; in training, to none of it in a part `drop_path` of the windows."""

    def __init__(self, width: int, states: int, drop_path: float):
        super().__init__()
        self.attn = NormedMamba(width, states)
        self.norm1 = LayerNorm(width)
        self.drop_path = drop_path

    def forward(self, x: Tensor) -> Tensor:
        added = self.norm1(self.attn(x))
        if self.training and self.drop_path > 0:
            keep = 1 - self.drop_path
            kept = torch.empty([x.size(0), 1, 1], dtype=x.dtype, device=x.device).bernoulli_(keep)
            added = added * kept / keep
        return x + added


def blocks(shape: WindowShape, width: int) -> nn.Sequential:
    # The published schedule: linear from 0, one block late.
    step = MOST_DROP_PATH / max(1, shape.depth - 1)
    rates = [step * max(0, i - 1) for i in range(shape.depth)]
    return nn.Sequential(*(Block(width, shape.states, rate) for rate in rates))


def normed_convolution(channels: int, filters: int, stride: int = 1) -> list[nn.Module]:
    return [Convolution(channels, filters, 3, stride), BatchNorm(filters), Relu()]


name_in_archives("window_network", globals())
