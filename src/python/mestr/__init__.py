"""Micro-expressions in face videos, spotted and named.

    import mestr

    analysis = mestr.analyze("clip.mp4")
    print(analysis.intervals)

Frames count from 0 here, as everything in Python does; the files that mestr writes count them from 1.

What needs the extension or NumPy is loaded when it is first used: label files (`mestr.labels`) and training
(`mestr.train`) work from a checkout in which nothing is built.
"""

import importlib
from typing import TYPE_CHECKING

from mestr.errors import ConfigError, DeviceError, InputError, MestrError, ModelError
from mestr.labels import Label, read_labels

if TYPE_CHECKING:
    from mestr._core import __version__
    from mestr.analysis import Analysis, Faces, Interval, Stretch, analyze
    from mestr.evaluation import Evaluation, Prediction, evaluate
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

# What `__getattr__` loads, by module.
_LATER = {
    "_core": ("__version__",),
    "analysis": ("Analysis", "Faces", "Interval", "Stretch", "analyze"),
    "evaluation": ("Evaluation", "Prediction", "evaluate"),
    "feature_rows": ("Features", "features"),
    "flow": ("tvl1",),
}
_MODULE_OF = {name: module for module, names in _LATER.items() for name in names}


def __getattr__(name: str) -> object:
    if name == "_core":
        return _extension()
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = _MODULE_OF[name]
    loaded = _extension() if module == "_core" else importlib.import_module(f"{__name__}.{module}")
    return globals().setdefault(name, getattr(loaded, name))


def _extension() -> object:
    """Of the C++ library; every `from mestr import _core` comes here first."""
    name = f"{__name__}._core"
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise ImportError(
            "mestr's extension is not built here: pip install . in the source tree, or build it and set "
            "PYTHONPATH=build/dev/python (docs/python.md)",
            name=name,
        ) from None


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
