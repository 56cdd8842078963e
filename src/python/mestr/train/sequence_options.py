"""What a training of a network of sequences is told. Needs no PyTorch."""

from dataclasses import dataclass, field

from mestr.train.mean_options import DEFAULT_CLASSES
from mestr.train.options import require_above, require_at_least, require_part


@dataclass(frozen=True)
class BatchOptions:
    """Of what a batch is made."""

    rows: int = 64  # of a piece: two seconds at 30 fps
    pieces: int = 16  # of a batch
    plant: float = 0.5  # part of the pieces that get further micro-expressions, added to their flow
    gap_s: float = 1.6  # mean time between those
    distract: float = 0.5  # part of the pieces that get what is no micro-expression
    px200: tuple[float, float] = (0.9, 4.2)  # their largest motion, px at a face width of 200

    def __post_init__(self) -> None:
        for name in ("rows", "pieces", "gap_s"):
            require_above(name, getattr(self, name), 0)
        require_part("plant", self.plant)
        require_part("distract", self.distract)


@dataclass(frozen=True)
class SequenceOptions:
    """Our own recipe; models/people_sequence.md says what came of it."""

    classes: tuple[str, ...] = tuple(DEFAULT_CLASSES.split(","))
    fps: float | None = None  # of the model; None: the one that all videos have
    steps: int = 3000
    learning_rate: float = 2e-3  # the largest, a third of the way
    weight_decay: float = 1e-3
    dropout: float = 0.2
    batches: BatchOptions = field(default_factory=BatchOptions)
    p: float = 0.5  # least evidence of a find, in [0, 1]
    seed: int = 1
    threads: int = 1  # another number, other last bits

    def __post_init__(self) -> None:
        for name in ("fps", "steps", "learning_rate", "threads"):
            value = getattr(self, name)
            if value is not None:
                require_above(name, value, 0)
        require_at_least("weight_decay", self.weight_decay, 0)
        require_at_least("seed", self.seed, 0)
        require_part("dropout", self.dropout)
        require_part("p", self.p)
