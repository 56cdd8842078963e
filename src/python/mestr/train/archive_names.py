"""What the code of a network is called in a model file.

TorchScript writes the names of Python's modules into the archive. They are those that the first model files had,
wherever a network lies now: the same weights make the same bytes with every version, and the digests of the shipped
models stay those of a training that is made again.
"""

from typing import Any


def name_in_archives(module: str, names: dict[str, Any]) -> None:
    """names: the globals of the module that calls it, as the last thing that it does."""
    for value in names.values():
        if callable(value) and getattr(value, "__module__", None) == names["__name__"]:
            value.__module__ = f"mestr_train.{module}"
