"""What the code of a network is called in a model file.

TorchScript writes the names of Python's modules into the archive. They are those that the first model files had,
wherever a network lies now: the same weights make the same bytes with every version, and the digests of the shipped
models stay those of a training that is made again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_MODULE_OF: dict[Any, str] = {}  # of classes and functions


def name_in_archives(module: str, names: dict[str, Any]) -> None:
    """names: the globals of the module that calls it, as the last thing that it does."""
    for value in names.values():
        if callable(value) and getattr(value, "__module__", None) == names["__name__"]:
            _MODULE_OF[value] = f"mestr_train.{module}"


@contextmanager
def archive_names() -> Iterator[None]:
    """Within it TorchScript takes the names."""
    own = {value: value.__module__ for value in _MODULE_OF}
    try:
        for value, module in _MODULE_OF.items():
            value.__module__ = module
        yield
    finally:
        for value, module in own.items():
            value.__module__ = module
