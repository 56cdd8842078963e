"""The network that scores a face's motion as a sequence: rows of "flow-grid-v1", the flow of each
pair of frames on a grid, in pixels.

Each row is seen twice: as it is, and less the motion of a plane, which is the head's; small
convolutions make a vector of it. Dilated convolutions over time then tell what goes out and comes
back within half a second from what a head, an eyelid or a speaking mouth does.
"""

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from mestr.train.archive_names import name_in_archives
from mestr.train.kinds import SEQUENCE_ROWS

CHANNELS, GRID = SEQUENCE_ROWS.shape[:2]
FILTERS = (16, 32, 48)
HIDDEN = 64
DILATIONS = (1, 2, 4, 8)  # in rows: +-15 of them, half a second at 30 fps
PLANE_TERMS = 8
LARGE_PX = 4.0  # beyond it a flow counts less and less
LARGE_REST_PX = 2.0
ROWS_A_CALL = 256  # of the convolutions over space: memory does not grow with the video


def plane_motion() -> NDArray[np.float32]:
    """[2 * 32 * 32, 8], orthonormal: the flows that a moving plane can have in the picture
    (Longuet-Higgins and Prazdny 1980: quadratic in the coordinates, eight parameters)."""
    y, x = (np.mgrid[0:GRID, 0:GRID] + 0.5) / GRID * 2 - 1
    zero, one = np.zeros_like(x), np.ones_like(x)
    flows = [(one, zero), (zero, one), (x, zero), (zero, x), (y, zero), (zero, y)]
    flows += [(x * x, x * y), (x * y, y * y)]
    basis, _ = np.linalg.qr(np.stack([np.stack(flow).ravel() for flow in flows], axis=1))
    return basis.astype(np.float32)


class SpaceConvolution(nn.Module):
    """Half the size, ReLU."""

    def __init__(self, channels: int, filters: int, kernel: int):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(filters, channels, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(filters))
        self.padding = kernel // 2
        nn.init.kaiming_uniform_(self.weight, nonlinearity="relu")

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(F.conv2d(x, self.weight, self.bias, stride=2, padding=self.padding))


class TimeConvolution(nn.Module):
    """Three rows, `dilation` apart."""

    def __init__(self, channels: int, filters: int, kernel: int, dilation: int):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(filters, channels, kernel))
        self.bias = nn.Parameter(torch.zeros(filters))
        self.dilation = dilation
        self.padding = dilation * (kernel // 2)
        nn.init.xavier_uniform_(self.weight)

    def forward(self, x: Tensor) -> Tensor:
        return F.conv1d(x, self.weight, self.bias, padding=self.padding, dilation=self.dilation)


def _bounded(x: Tensor, large: float) -> Tensor:
    return x / (1 + x.abs() / large)


class RowEncoder(nn.Module):
    """[N, 2, 32, 32] to [N, HIDDEN]."""

    def __init__(self, dropout: float):
        super().__init__()
        self.register_buffer("plane", torch.from_numpy(plane_motion()))
        first, second, third = FILTERS
        self.conv1 = SpaceConvolution(2 * CHANNELS, first, 5)
        self.conv2 = SpaceConvolution(first, second, 3)
        self.conv3 = SpaceConvolution(second, third, 3)
        inputs = third * (GRID // 8) ** 2 + PLANE_TERMS
        self.weight = nn.Parameter(torch.empty(HIDDEN, inputs))
        self.bias = nn.Parameter(torch.zeros(HIDDEN))
        self.dropout = dropout
        # TorchScript knows a module's numbers and not a file's.
        self.large, self.large_rest = LARGE_PX, LARGE_REST_PX
        self.maps, self.grid = 2 * CHANNELS, GRID
        nn.init.kaiming_uniform_(self.weight, nonlinearity="relu")

    def forward(self, rows: Tensor) -> Tensor:
        flat = rows.reshape(rows.shape[0], -1)
        head = flat @ self.plane
        rest = flat - head @ self.plane.t()
        seen = torch.cat([_bounded(flat, self.large), 3 * _bounded(rest, self.large_rest)], dim=1)
        maps = self.conv1(seen.view(-1, self.maps, self.grid, self.grid))
        maps = self.conv3(self.conv2(maps))
        # A plane's terms are as many times the motion of a cell.
        told = torch.cat([maps.flatten(1), _bounded(head / self.grid, self.large)], dim=1)
        told = F.dropout(told, self.dropout, self.training)
        return F.relu(F.linear(told, self.weight, self.bias))


class SequenceNetwork(nn.Module):
    """`forward(Tensor[N,2,32,32]) -> (spot[N], probabilities[N,C])`: rows of one stretch of a video
    in their order; `spot` is the probability that a row's first frame lies within a
    micro-expression."""

    def __init__(self, class_count: int, dropout: float = 0.2):
        super().__init__()
        self.rows = RowEncoder(dropout)
        self.time1 = TimeConvolution(HIDDEN, HIDDEN, 3, DILATIONS[0])
        self.time2 = TimeConvolution(HIDDEN, HIDDEN, 3, DILATIONS[1])
        self.time3 = TimeConvolution(HIDDEN, HIDDEN, 3, DILATIONS[2])
        self.time4 = TimeConvolution(HIDDEN, HIDDEN, 3, DILATIONS[3])
        self.spot = TimeConvolution(HIDDEN, 1, 1, 1)
        self.recog = TimeConvolution(HIDDEN, class_count, 1, 1)
        self.dropout = dropout
        self.rows_a_call = ROWS_A_CALL

    def encode(self, rows: Tensor) -> Tensor:
        parts = [self.rows(part) for part in torch.split(rows, self.rows_a_call)]
        return torch.cat(parts)

    def logits(self, encoded: Tensor) -> tuple[Tensor, Tensor]:
        """[B, T, HIDDEN] to [B, T] and [B, T, C]."""
        x = F.dropout(encoded, self.dropout, self.training).transpose(1, 2)
        x = x + F.relu(self.time1(x))
        x = x + F.relu(self.time2(x))
        x = x + F.relu(self.time3(x))
        x = x + F.relu(self.time4(x))
        return self.spot(x).squeeze(1), self.recog(x).transpose(1, 2)

    def forward(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        spot, classes = self.logits(self.encode(rows).unsqueeze(0))
        return torch.sigmoid(spot).squeeze(0), F.softmax(classes, dim=2).squeeze(0)

    def class_count(self) -> int:
        return self.recog.weight.shape[0]


name_in_archives("sequence_network", globals())
