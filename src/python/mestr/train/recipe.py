"""The published recipe's numbers (Liong, See, Chan 2023, section 4.2). Needs no other module, so
that train_mean.py --help works without PyTorch."""

from dataclasses import dataclass

# Keras adds l2 * sum(w^2) to the loss, whose gradient is 2 * l2 * w; PyTorch's weight_decay is the
# factor of w.
STREAM_L2 = 1e-3
HEAD_L2 = 0.1

DEFAULT_CLASSES = "negative,positive,surprise"
RECOGNITION_SAMPLES = ("onset-apex", "sliding", "both")


@dataclass
class Recipe:
    spot_epochs: int = 10
    recog_epochs: int = 100
    learning_rate: float = 5e-4
    batch: int = 32
    stream_l2: float = STREAM_L2
    head_l2: float = HEAD_L2
    balance_classes: bool = False
    seed: int = 1
    device: str = "cpu"
    freeze: tuple[str, ...] = ()
