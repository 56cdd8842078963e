"""Networks of windows as a model file has them, one window a call."""

from torch import Tensor, nn

from mestr.train.archive_names import name_in_archives
from mestr.train.window_network import SlowFast, SpotMamba, WindowNetwork, WithBounds


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
