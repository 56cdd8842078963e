"""The MEAN network (Liong, See, Chan 2023, section 3.3).

Its layers are written out instead of taken from torch.nn, whose modules are exported with a list of
constants in an order that changes from run to run: here the same weights give the same file.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mestr.train.archive_names import name_in_archives
from mestr.train.kinds import MEAN_ROWS

CHANNELS, SIDE = MEAN_ROWS.shape[:2]
KERNEL = 5
STREAMS = ("stream_u", "stream_v", "stream_strain")  # one a channel
STREAM_FILTERS = (3, 3, 8)
SHARED_CHANNELS = sum(STREAM_FILTERS)
HEAD_FILTERS = 8
HEAD_FEATURES = HEAD_FILTERS * 7 * 7
STREAM_DROPOUT = 0.3
HEAD_DROPOUT = 0.2


class Convolution(nn.Module):
    """5 x 5, same size, ReLU."""

    def __init__(self, channels: int, filters: int):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(filters, channels, KERNEL, KERNEL))
        self.bias = nn.Parameter(torch.empty(filters))

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(F.conv2d(x, self.weight, self.bias, padding=2))


class BatchNorm(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))

    def forward(self, x: Tensor) -> Tensor:
        # Keras's constants, with which the published weights were trained. PyTorch's momentum is
        # the weight of the new value, Keras's (0.99) that of the old one.
        return F.batch_norm(
            x,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training,
            momentum=0.01,
            eps=1e-3,
        )


class Dense(nn.Module):
    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(outputs, inputs))
        self.bias = nn.Parameter(torch.empty(outputs))

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight, self.bias)


class Dropout(nn.Module):
    def __init__(self, rate: float):
        super().__init__()
        self.rate = rate

    def forward(self, x: Tensor) -> Tensor:
        return F.dropout(x, self.rate, self.training)


class Stream(nn.Module):
    """One input channel, 1 x 42 x 42, to `filters` x 14 x 14."""

    def __init__(self, filters: int):
        super().__init__()
        self.conv = Convolution(1, filters)
        self.norm = BatchNorm(filters)

    def forward(self, x: Tensor) -> Tensor:
        return F.max_pool2d(self.norm(self.conv(x)), kernel_size=3, stride=3)


class Head(nn.Module):
    """The shared 14 x 14 x 14 maps to `outputs` numbers, linear."""

    def __init__(self, outputs: int):
        super().__init__()
        self.conv = Convolution(SHARED_CHANNELS, HEAD_FILTERS)
        self.dropout = Dropout(HEAD_DROPOUT)
        self.dense = Dense(HEAD_FEATURES, outputs)

    def forward(self, shared: Tensor) -> Tensor:
        pooled = F.max_pool2d(self.conv(shared), kernel_size=2, stride=2)
        # Row, column, channel: the order in which the published dense weights are stored.
        flat = pooled.permute(0, 2, 3, 1).flatten(1)
        return self.dense(self.dropout(flat))


class MeanNetwork(nn.Module):
    """`forward(Tensor[N,3,42,42]) -> (spot[N], probabilities[N,C])`, the contract of a model file.

    Channels are u, v and optical strain, each in [0, 1]; rows 0 to 20 show eyes and eyebrows, rows
    21 to 41 the mouth. Weights are Keras's defaults, with which the reference trains:
    Glorot-uniform kernels, zero biases.
    """

    def __init__(self, class_count: int):
        super().__init__()
        self.stream_u = Stream(STREAM_FILTERS[0])
        self.stream_v = Stream(STREAM_FILTERS[1])
        self.stream_strain = Stream(STREAM_FILTERS[2])
        self.shared_dropout = Dropout(STREAM_DROPOUT)
        self.spot = Head(1)
        self.recog = Head(class_count)
        for module in self.modules():
            if isinstance(module, (Convolution, Dense)):
                nn.init.xavier_uniform_(module.weight)
                nn.init.zeros_(module.bias)

    def streams(self, x: Tensor) -> Tensor:
        """The shared layers without their dropout: N x 14 x 14 x 14."""
        return torch.cat(
            [
                self.stream_u(x[:, 0:1]),
                self.stream_v(x[:, 1:2]),
                self.stream_strain(x[:, 2:3]),
            ],
            dim=1,
        )

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        shared = self.shared_dropout(self.streams(x))
        return self.spot(shared).squeeze(1), F.softmax(self.recog(shared), dim=1)

    def class_count(self) -> int:
        return self.recog.dense.weight.shape[0]


name_in_archives("network", globals())
