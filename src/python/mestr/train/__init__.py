"""Training of the networks that mestr runs, in PyTorch (Debian 12's 1.13, or 2.x).

    from mestr.train import About, MeanOptions, train_mean

    about = About("mine", training_data="what the data is", licence="terms of the weights")
    result = train_mean("features", "labels.csv", MeanOptions(spot_epochs=20), about)
    result.save(Path("mine.pt"))

Features are a folder that `mestr features` wrote, or what `extract_videos` gives, which keeps them in memory. What
needs PyTorch is loaded when it is first used.
"""

from typing import TYPE_CHECKING

from mestr.later import loader_of
from mestr.train.mean_options import MeanOptions
from mestr.train.options import About, Split
from mestr.train.sequence_options import BatchOptions, SequenceOptions
from mestr.train.window_options import WindowOptions

if TYPE_CHECKING:
    from mestr.train.calibration import calibrate
    from mestr.train.in_memory import extract_videos
    from mestr.train.mean import MeanResult, train_mean, train_mean_folds
    from mestr.train.sequence import SequenceResult, train_sequence
    from mestr.train.window import WindowResult, train_window, train_window_folds
else:
    __getattr__ = loader_of(
        __name__,
        {
            "calibration": ["calibrate"],
            "in_memory": ["extract_videos"],
            "mean": ["MeanResult", "train_mean", "train_mean_folds"],
            "sequence": ["SequenceResult", "train_sequence"],
            "window": ["WindowResult", "train_window", "train_window_folds"],
        },
    )

__all__ = [
    "About",
    "BatchOptions",
    "MeanOptions",
    "MeanResult",
    "SequenceOptions",
    "SequenceResult",
    "Split",
    "WindowOptions",
    "WindowResult",
    "calibrate",
    "extract_videos",
    "train_mean",
    "train_mean_folds",
    "train_sequence",
    "train_window",
    "train_window_folds",
]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
