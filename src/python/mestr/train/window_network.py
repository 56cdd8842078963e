"""The networks of windows: ME-TST's Net_Mamba and BoostingVRME's slow-fast METST_SF.

Layers have the names of the published code, so that its weights are read by name. What that code
builds and never uses (`blocks_recog`, `norm2`) is not here: IDLE names it. Layers are written out
for the reason given in network.py.
"""

import torch
from torch import Tensor, nn

from mestr.train.archive_names import name_in_archives
from mestr.train.window_layers import Linear, blocks, normed_convolution
from mestr.train.window_shape import WindowShape

IDLE = r"blocks_recog\..*|.*\.norm2\.(weight|bias)|.*\.num_batches_tracked"


class Stem(nn.Sequential):
    """[n, values, T] to [n, width, T]."""

    def __init__(self, values: int, width: int):
        super().__init__(*normed_convolution(values, width), *normed_convolution(width, width))

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
        self.conv = nn.Sequential(*normed_convolution(width, 2 * width, stride=2))

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
        self.blocks_spot = blocks(shape, shape.width)
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
        self.Stem_slow = nn.Sequential(*normed_convolution(fast, slow, stride=2))
        self.block1, self.block1_fast = blocks(shape, slow), blocks(shape, fast)
        self.fuse_1 = Fuse(fast)
        self.block2, self.block2_fast = blocks(shape, slow), blocks(shape, fast)
        self.fuse_2 = Fuse(fast)
        self.block3, self.block3_fast = blocks(shape, slow), blocks(shape, fast)
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


name_in_archives("window_network", globals())
