"""Names of a package that are loaded when they are first used."""

import importlib
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType

_EXTENSION = "mestr._core"


def _load(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != _EXTENSION:
            raise
        raise ImportError(
            "mestr's extension is not built here: pip install . in the source tree, or build it and set "
            "PYTHONPATH=build/dev/python (docs/python.md)",
            name=_EXTENSION,
        ) from None


def loader_of(package: str, modules: Mapping[str, Sequence[str]]) -> Callable[[str], object]:
    """The `__getattr__` of a package. modules: those of the package, with the names that each has for it.

    `from package import module` comes through it first, so that the lack of the extension is told in one line.
    """
    module_of = {name: module for module, names in modules.items() for name in names}

    def load(name: str) -> object:
        if name in modules:
            return _load(f"{package}.{name}")
        if name not in module_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(_load(f"{package}.{module_of[name]}"), name)

    return load
