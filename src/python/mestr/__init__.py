"""Micro-expressions in face videos, spotted and named.

    import mestr

    analysis = mestr.analyze("clip.mp4")
    print(analysis.intervals)

Frames count from 0 here, as everything in Python does; the files that mestr writes count them from 1.

What needs the extension or NumPy is loaded when it is first used: label files (`mestr.labels`) and training
(`mestr.train`) work from a checkout in which nothing is built.
"""

from typing import TYPE_CHECKING

from mestr.errors import ConfigError, DeviceError, InputError, MestrError, ModelError
from mestr.labels import Label, read_labels
from mestr.later import loader_of

if TYPE_CHECKING:
    from mestr import labels, train
    from mestr._core import __version__
    from mestr.analysis import Analysis, Faces, Interval, Stretch, analyze
    from mestr.evaluation import Evaluation, Prediction, evaluate
    from mestr.feature_rows import Features, WindowFeatures, features, window_features
    from mestr.flow import tvl1
else:  # what mypy must not see: it would take any name for one of the package
    __getattr__ = loader_of(
        __name__,
        {
            "_core": ["__version__"],
            "analysis": ["Analysis", "Faces", "Interval", "Stretch", "analyze"],
            "evaluation": ["Evaluation", "Prediction", "evaluate"],
            "feature_rows": ["Features", "WindowFeatures", "features", "window_features"],
            "flow": ["tvl1"],
            "labels": [],
            "train": [],
        },
    )

__all__ = [
    "Analysis",
    "ConfigError",
    "DeviceError",
    "Evaluation",
    "Faces",
    "Features",
    "InputError",
    "Interval",
    "Label",
    "MestrError",
    "ModelError",
    "Prediction",
    "Stretch",
    "WindowFeatures",
    "__version__",
    "analyze",
    "evaluate",
    "features",
    "labels",
    "read_labels",
    "train",
    "tvl1",
    "window_features",
]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
