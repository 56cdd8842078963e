"""Micro-expressions in face videos, spotted and named.

    import mestr

    analysis = mestr.analyze("clip.mp4")
    print(analysis.intervals)

Frames count from 0 here, as everything in Python does; the files that mestr writes count them from 1.
"""

from mestr._core import __version__
from mestr.analysis import Analysis, Faces, Interval, Stretch, analyze
from mestr.errors import ConfigError, DeviceError, InputError, MestrError, ModelError
from mestr.evaluation import Evaluation, Label, Prediction, evaluate, read_labels
from mestr.feature_rows import Features, features
from mestr.flow import tvl1

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
    "__version__",
    "analyze",
    "evaluate",
    "features",
    "read_labels",
    "tvl1",
]
