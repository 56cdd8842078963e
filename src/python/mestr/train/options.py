"""What every training is told: what the model says of itself, who is held out, and checks of values. Needs no other
module, so that --help works without PyTorch."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from mestr.errors import ConfigError

Say = Callable[[str], None]  # gets the lines that tell how a training goes


def quiet(_: str) -> None:
    """A `Say` for those who do not want to know."""


def require_above(name: str, value: float, limit: float) -> None:
    if not (math.isfinite(value) and value > limit):
        raise ConfigError(f"{name} must be above {limit:g}, not {value}")


def require_at_least(name: str, value: float, limit: float) -> None:
    if not (math.isfinite(value) and value >= limit):
        raise ConfigError(f"{name} must be {limit:g} or more, not {value}")


def require_part(name: str, value: float) -> None:
    if not 0 <= value <= 1:
        raise ConfigError(f"{name} must lie in [0, 1], not {value}")


def require_one_of(name: str, value: object, known: tuple[object, ...]) -> None:
    if value not in known:
        raise ConfigError(f"{name} must be one of {', '.join(map(str, known))}, not {value!r}")


@dataclass(frozen=True)
class About:
    """What a model file says of itself besides what the training finds out."""

    name: str  # of the model, and of its files
    training_data: str  # what the data is, in words
    licence: str  # terms of the weights, in words
    version: str = "1"


@dataclass(frozen=True)
class Split:
    """Who trains and who is held out, by subject; 01, 1 and 1.0 are one. As it is, every subject trains."""

    test_subjects: tuple[str, ...] = ()  # held out; the others train
    train_subjects: tuple[str, ...] = ()  # only these train
    leave_one_out: bool = False  # one fold a subject, which is held out

    def __post_init__(self) -> None:
        if self.leave_one_out and self.test_subjects:
            raise ConfigError("leave_one_out holds out each subject once: test_subjects does not go with it")
