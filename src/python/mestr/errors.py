"""What goes wrong, in four kinds, each with the line that the program `mestr` would print."""


class MestrError(Exception):
    """Anything that mestr refuses or cannot do; the message is one line: what, which file, what to do."""


class InputError(MestrError, ValueError):
    """A video, frames, arrays, labels or predictions that cannot be used."""


class ConfigError(MestrError, ValueError):
    """A config, one of its keys or values, an argument out of range, or a file that cannot be written."""


class ModelError(MestrError):
    """A model file that is missing, is refused, or does not fit."""


class DeviceError(MestrError, RuntimeError):
    """The device asked for is not there, or out of memory."""
