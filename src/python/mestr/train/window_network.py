"""The networks of windows: ME-TST's Net_Mamba and BoostingVRME's slow-fast METST_SF.

Layers have the names of the published code, so that its weights are read by name. What that code
builds and never uses (`blocks_recog`, `norm2`) is not here: IDLE names it. Layers are written out
for the reason given in network.py.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mestr.train.archive_names import name_in_archives
from mestr.train.selective_scan import CHUNK, selective_scan

CLASSES = ("negative", "positive", "surprise", "others", "neutral")
NEUTRAL = len(CLASSES) - 1
IDLE = r"blocks_recog\..*|.*\.norm2\.(weight|bias)|.*\.num_batches_tracked"
EPS = 1e-5
EXPAND = 2  # a Mamba's inner width over its width
SHORT_CONVOLUTION = 4
MOST_DROP_PATH = 0.2


@dataclass(frozen=True)
class WindowShape:
    """What of a network can be chosen; the published sizes are in PUBLISHED."""

    network: str  # "metst" or "slow-fast"
    values: int  # of a row
    width: int
    states: int  # of each inner channel
    depth: int  # blocks: of metst in all, of slow-fast a stage and path
    class_count: int = len(CLASSES)
    bounds: bool = False  # each frame names its onset and offset, too


PUBLISHED = {
    "metst": WindowShape("metst", 10, 64, 64, 12),
    "slow-fast": WindowShape("slow-fast", 36, 128, 64, 4),
}


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


def _blocks(shape: WindowShape, width: int) -> nn.Sequential:
    # The published schedule: linear from 0, one block late.
    step = MOST_DROP_PATH / max(1, shape.depth - 1)
    rates = [step * max(0, i - 1) for i in range(shape.depth)]
    return nn.Sequential(*(Block(width, shape.states, rate) for rate in rates))


def _normed_convolution(channels: int, filters: int, stride: int = 1) -> list[nn.Module]:
    return [Convolution(channels, filters, 3, stride), BatchNorm(filters), Relu()]


class Stem(nn.Sequential):
    """[n, values, T] to [n, width, T]."""

    def __init__(self, values: int, width: int):
        super().__init__(*_normed_convolution(values, width), *_normed_convolution(width, width))

    def forward(self, x: Tensor) -> Tensor:
        # LibTorch 1.13 convolves one small window by another algorithm than a batch, and the blocks
        # make 1e-4 of its last bits: one window is computed as in the batches of training.
        windows = x.size(0)
        if windows == 1:
            x = x.expand(2, -1, -1)
        for layer in self:
            x = layer(x)
        return x[:windows]


class Fuse(nn.Module):
    """The fast path as the slow one sees it."""

    def __init__(self, width: int):
        super().__init__()
        self.conv = nn.Sequential(*_normed_convolution(width, 2 * width, stride=2))

    def forward(self, fast: Tensor) -> Tensor:
        return self.conv(fast.transpose(1, 2)).transpose(1, 2)


class TwoHeads(nn.Module):
    """`forward([n, T, values])` gives scores [n, T] and logits [n, T, classes]."""

    def seen(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """What spotting and recognition look at, [n, T, width] each."""
        raise NotImplementedError

    def heads(self, of_spot: Tensor, of_classes: Tensor) -> tuple[Tensor, Tensor]:
        return self.fc_spot(of_spot).squeeze(2).sigmoid(), self.fc_recog(of_classes)

    def forward(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        of_spot, of_classes = self.seen(rows)
        return self.heads(of_spot, of_classes)

    def class_count(self) -> int:
        return int(self.fc_recog[0].weight.shape[0])


class SpotMamba(TwoHeads):
    """Net_Mamba of ME-TST. Its recognition path is its spotting path, by the published code's
    mistake: with weights trained so, both are computed once."""

    def __init__(self, shape: WindowShape):
        super().__init__()
        self.Stem = Stem(shape.values, shape.width)
        self.blocks_spot = _blocks(shape, shape.width)
        self.fc_spot = nn.Sequential(Linear(shape.width, 1))
        self.fc_recog = nn.Sequential(Linear(shape.width, shape.class_count))

    def seen(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        stem = self.Stem(rows.transpose(1, 2)).transpose(1, 2)
        x = self.blocks_spot(stem)
        # As published, the heads are trained on two passes, which drop other paths.
        return x, self.blocks_spot(stem) if self.training else x


class SlowFast(TwoHeads):
    """METST_SF of BoostingVRME. T must be even."""

    def __init__(self, shape: WindowShape):
        super().__init__()
        fast, slow = shape.width, 2 * shape.width
        self.Stem = Stem(shape.values, fast)
        self.Stem_slow = nn.Sequential(*_normed_convolution(fast, slow, stride=2))
        self.block1, self.block1_fast = _blocks(shape, slow), _blocks(shape, fast)
        self.fuse_1 = Fuse(fast)
        self.block2, self.block2_fast = _blocks(shape, slow), _blocks(shape, fast)
        self.fuse_2 = Fuse(fast)
        self.block3, self.block3_fast = _blocks(shape, slow), _blocks(shape, fast)
        self.fc_spot = nn.Sequential(Linear(fast + slow, 1))
        self.fc_recog = nn.Sequential(Linear(fast + slow, shape.class_count))

    def seen(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        if rows.size(1) % 2 != 0:
            raise ValueError(f"a window of {rows.size(1)} frames; the slow path needs an even one")
        fast = self.Stem(rows.transpose(1, 2))
        slow = self.Stem_slow(fast).transpose(1, 2)
        fast = self.block1_fast(fast.transpose(1, 2))
        slow = self.block1(slow) + self.fuse_1(fast)
        fast = self.block2_fast(fast)
        slow = self.block2(slow) + self.fuse_2(fast)
        slow = self.block3(slow).repeat_interleave(2, dim=1)
        x = torch.cat([slow, self.block3_fast(fast)], dim=2)
        return x, x


class WithBounds(nn.Module):
    """A network of windows that gives bounds, too, [n, T, 2]: from each frame, seen as spotting sees
    it, used frames back to the onset and on to the offset, at most a window. The head is ours."""

    def __init__(self, network: SpotMamba | SlowFast):
        super().__init__()
        self.network = network
        self.fc_bounds = nn.Sequential(Linear(network.fc_spot[0].weight.shape[1], 2))

    def forward(self, rows: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        of_spot, of_classes = self.network.seen(rows)
        score, logits = self.network.heads(of_spot, of_classes)
        return score, logits, self.fc_bounds(of_spot).sigmoid() * rows.size(1)

    def class_count(self) -> int:
        return self.network.class_count()


WindowNetwork = SpotMamba | SlowFast | WithBounds


def make_network(shape: WindowShape) -> WindowNetwork:
    network = SpotMamba(shape) if shape.network == "metst" else SlowFast(shape)
    return WithBounds(network) if shape.bounds else network


class WindowModel(nn.Module):
    """`forward(Tensor[T, values]) -> (score[T], logits[T, classes])`, the contract of a model file:
    one window a call. The logits are not made probabilities: the ways of weighing spotting against
    recognition hold neutral's against 0."""

    def __init__(self, network: SpotMamba | SlowFast):
        super().__init__()
        self.network = network

    def forward(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        score, logits = self.network(rows.unsqueeze(0))
        return score.squeeze(0), logits.squeeze(0)

    def class_count(self) -> int:
        return self.network.class_count()


class BoundsModel(nn.Module):
    """The same with bounds[T, 2] behind them."""

    def __init__(self, network: WithBounds):
        super().__init__()
        self.network = network

    def forward(self, rows: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        score, logits, bounds = self.network(rows.unsqueeze(0))
        return score.squeeze(0), logits.squeeze(0), bounds.squeeze(0)

    def class_count(self) -> int:
        return self.network.class_count()


def model_of(network: WindowNetwork) -> WindowModel | BoundsModel:
    return BoundsModel(network) if isinstance(network, WithBounds) else WindowModel(network)


name_in_archives("window_network", globals())
