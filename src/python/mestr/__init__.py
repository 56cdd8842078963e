"""Micro-expressions in face videos, spotted and named.

    import mestr

    analysis = mestr.analyze("clip.mp4")
    print(analysis.intervals)

Frames count from 0 here, as everything in Python does; the files that mestr writes count them from 1.
"""

from mestr._core import __version__
from mestr.errors import ConfigError, DeviceError, InputError, MestrError, ModelError
from mestr.flow import tvl1

__all__ = [
    "ConfigError",
    "DeviceError",
    "InputError",
    "MestrError",
    "ModelError",
    "__version__",
    "tvl1",
]
