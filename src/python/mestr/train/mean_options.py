"""What a training of MEAN is told. Needs no PyTorch, so that --help works without it."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

from mestr.train.options import require_above, require_at_least, require_one_of, require_part

# Keras adds l2 * sum(w^2) to the loss, whose gradient is 2 * l2 * w; PyTorch's weight_decay is the
# factor of w.
STREAM_L2 = 1e-3
HEAD_L2 = 0.1

DEFAULT_CLASSES = "negative,positive,surprise"
RECOGNITION_SAMPLES = ("onset-apex", "sliding", "both")
# What training.json calls the recipe.
_RECIPE = (
    "spot_epochs",
    "recog_epochs",
    "learning_rate",
    "batch",
    "stream_l2",
    "head_l2",
    "balance_classes",
    "seed",
    "device",
    "freeze",
    "recognition_samples",
)


@dataclass(frozen=True)
class MeanOptions:
    """The published recipe (Liong, See, Chan 2023, section 4.2), unless told otherwise."""

    classes: tuple[str, ...] | None = None  # None: those of `init`, or DEFAULT_CLASSES
    fps: float | None = None  # of the model; None: the one that all videos have
    k_p_frames: int | None = None  # at `fps`; None: half the mean length of the labelled micro-expressions
    # Pair i is a positive when frames [i, i + window_frames) touch a micro-expression, at `fps`; None: k_p.
    window_frames: int | None = None
    # onset-apex: one pair an expression, as published; sliding: every pair (i, i + k) with its middle between onset and
    # apex, which is what is recognised at inference.
    recognition_samples: Literal["onset-apex", "sliding", "both"] = "onset-apex"
    spot_epochs: int = 10  # 0: spotting is not trained
    recog_epochs: int = 100  # 0: recognition is not trained
    learning_rate: float = 5e-4
    batch: int = 32  # inputs
    stream_l2: float = STREAM_L2  # on the kernels of the streams
    head_l2: float = HEAD_L2  # on those of the heads
    balance_classes: bool = False  # weight classes by 1 / their frequency
    init: Path | None = None  # a model file to start from; it is code, so take it from people you trust
    freeze: tuple[str, ...] = ()  # parts that keep their weights: "stream_u", "spot.conv"
    p: float = 0.55  # the record's threshold parameter, in [0, 1]
    seed: int = 1
    device: str = "auto"  # "auto", "cpu" or "cuda"
    threads: int = 1  # another number, other last bits

    def __post_init__(self) -> None:
        require_one_of("recognition_samples", self.recognition_samples, RECOGNITION_SAMPLES)
        for name in ("fps", "k_p_frames", "window_frames", "learning_rate", "batch", "threads"):
            value = getattr(self, name)
            if value is not None:
                require_above(name, value, 0)
        for name in ("spot_epochs", "recog_epochs", "stream_l2", "head_l2", "seed"):
            require_at_least(name, getattr(self, name), 0)
        require_part("p", self.p)

    def recipe(self) -> dict[str, Any]:
        """By name, for the report of a training."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: values[name] for name in _RECIPE}
